//! A dataflow whose Arrow deltas travel between two operating-system processes.
//!
//! The test starts itself twice; the two processes form one Timely cluster over
//! TCP. Each feeds its half of the rows into an exchange by key, and says what
//! arrived on its side.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use millstream::delta::{Delta, DeltaDistributor, Fault};
use timely::CommunicationConfig;
use timely::WorkerConfig;
use timely::container::NoopBuilder;
use timely::dataflow::InputHandle;
use timely::dataflow::channels::pact::DistributorPact;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::dataflow::operators::{Input, Probe};

const PROCESS: &str = "MILLSTREAM_CLUSTER_PROCESS";
const ADDRESSES: &str = "MILLSTREAM_CLUSTER_ADDRESSES";
const ROWS: i64 = 10_000;
const KEYS: i64 = 97;

fn main() {
    match std::env::var(PROCESS) {
        Ok(process) => member(process.parse().expect("a number")),
        Err(_) => {
            println!("\nrunning 1 test");
            cluster();
            println!("test deltas_meet_by_key_across_processes ... ok\n");
            println!("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        }
    }
}

/// Starts both members and checks what they say.
fn cluster() {
    let free: Vec<TcpListener> = (0..2).map(|_| TcpListener::bind("127.0.0.1:0").expect("a port")).collect();
    let addresses: Vec<String> =
        free.iter().map(|l| l.local_addr().expect("an address").to_string()).collect();
    drop(free);
    let start = |process: usize| {
        Command::new(std::env::current_exe().expect("this test"))
            .env(PROCESS, process.to_string())
            .env(ADDRESSES, addresses.join(","))
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process starts")
    };
    let members: Vec<_> = (0..2).map(start).collect();
    let mut owner: BTreeMap<String, usize> = BTreeMap::new();
    let mut total: BTreeMap<String, i64> = BTreeMap::new();
    let mut faults = 0;
    for (process, member) in members.into_iter().enumerate() {
        let output = member.wait_with_output().expect("the process ends");
        assert!(output.status.success(), "process {process} failed");
        let mut keys = 0;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let (key, count) = line.split_once(' ').expect("a key and a count");
            let count: i64 = count.parse().expect("a count");
            if key == "faults" {
                faults += count;
                continue;
            }
            keys += 1;
            assert!(owner.insert(key.to_string(), process).is_none(), "{key} arrived in both processes");
            *total.entry(key.to_string()).or_default() += count;
        }
        assert!(keys > KEYS / 4, "process {process} got only {keys} of {KEYS} keys");
    }
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for row in 0..2 * ROWS {
        *expected.entry(format!("key-{}", row % KEYS)).or_default() += if row % 10 == 0 { -1 } else { 1 };
    }
    assert_eq!(total, expected, "each key's counts add up");
    assert_eq!(faults, 2, "faults travel with their deltas");
}

/// One process of the cluster.
fn member(process: usize) {
    let addresses: Vec<String> =
        std::env::var(ADDRESSES).expect("addresses").split(',').map(String::from).collect();
    let communication =
        CommunicationConfig::Cluster { threads: 1, process, addresses, report: false, zerocopy: false };
    let config = timely::Config { communication, worker: WorkerConfig::default() };
    let guards = timely::execute(config, move |worker| {
        let arrived = std::rc::Rc::new(std::cell::RefCell::new((BTreeMap::<String, i64>::new(), 0i64)));
        let seen = arrived.clone();
        let mut input = InputHandle::<u64, NoopBuilder<Delta>>::new_with_builder();
        let probe = worker.dataflow::<u64, _, _>(|scope| {
            let stream = scope.input_from(&mut input);
            let mut builder = OperatorBuilder::new("Count".to_string(), scope);
            let pact = DistributorPact(|_peers| DeltaDistributor::new(vec![0]));
            let mut deltas = builder.new_input(stream, pact);
            let (_output, stream) = builder.new_output::<Delta>();
            builder.build(move |capabilities| {
                drop(capabilities);
                move |_| {
                    deltas.for_each(|_, delta| {
                        let mut seen = seen.borrow_mut();
                        let keys = delta.column(0).as_string::<i32>();
                        for row in 0..keys.len() {
                            *seen.0.entry(keys.value(row).to_string()).or_default() += delta.diff(row);
                        }
                        seen.1 += delta.faults().len() as i64;
                    });
                }
            });
            stream.probe().0
        });
        for epoch in 0..10u64 {
            let mut delta = rows(worker.index() as i64, epoch as i64);
            input.send_batch(&mut delta);
            input.advance_to(epoch + 1);
            while probe.less_than(input.time()) {
                worker.step_or_park(None);
            }
        }
        input.close();
        while worker.step_or_park(None) {}
        let (counts, faults) = arrived.borrow().clone();
        (counts, faults)
    })
    .expect("the cluster starts");
    for result in guards.join() {
        let (counts, faults) = result.expect("the worker ends");
        counts.iter().for_each(|(key, count)| println!("{key} {count}"));
        println!("faults {faults}");
    }
}

/// This member's rows of one epoch: every tenth is a retraction, and the last
/// epoch carries a fault.
fn rows(member: i64, epoch: i64) -> Delta {
    let numbers: Vec<i64> = (0..ROWS / 10).map(|i| member * ROWS + epoch * (ROWS / 10) + i).collect();
    let keys = StringArray::from_iter_values(numbers.iter().map(|n| format!("key-{}", n % KEYS)));
    let diffs = Int64Array::from_iter_values(numbers.iter().map(|n| if n % 10 == 0 { -1 } else { 1 }));
    let fields = vec![Field::new("k", DataType::Utf8, false), Field::new("n", DataType::Int64, false)];
    let values = Int64Array::from(numbers);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![Arc::new(keys), Arc::new(values)]);
    let delta = Delta::new(batch.expect("two columns"), Some(diffs));
    if epoch < 9 {
        return delta;
    }
    let text = |s: &str| s.to_string();
    delta.with_faults(vec![Fault {
        code: text("22012"),
        message: text("division by zero"),
        row: text("(1)"),
        diff: 1,
    }])
}
