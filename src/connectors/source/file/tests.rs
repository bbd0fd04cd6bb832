//! The file connector end to end, on real files.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use tempfile::TempDir;

use super::File;
use crate::dataflow::{Connector, FormatSpec, Rejected, Source, SourcePoll, SourceReader, SourceSpec};
use crate::types::{Result, SqlState};

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, true),
        Field::new("name", DataType::Utf8, true),
    ]))
}

fn spec(path: &Path, follow: bool) -> SourceSpec {
    let options = BTreeMap::from([
        ("path".to_string(), path.display().to_string()),
        ("follow".to_string(), follow.to_string()),
    ]);
    SourceSpec { name: "s".into(), options, format: None, schema: schema(), include: Vec::new() }
}

fn source(path: &Path, follow: bool) -> Arc<dyn Source> {
    File.source(&spec(path, follow)).unwrap()
}

fn open(source: &Arc<dyn Source>, from: Option<&str>) -> Box<dyn SourceReader> {
    source.open(0, from, &[0], Arc::new(|| ())).unwrap()
}

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Reads until nothing comes for a while: ids and rejected rows.
fn drain(reader: &mut dyn SourceReader, batch: usize) -> (Vec<i64>, Vec<Rejected>) {
    let (mut ids, mut rejected, mut quiet) = (Vec::new(), Vec::new(), 0);
    while quiet < 2 {
        match reader.poll(batch).unwrap() {
            SourcePoll::Batch(more) => {
                assert!(more.rows.num_rows() + more.rejected.len() <= batch);
                assert_eq!(more.rows.num_columns(), 1);
                ids.extend(more.rows.column(0).as_primitive::<Int64Type>().iter().flatten());
                rejected.extend(more.rejected);
                quiet = 0;
            }
            SourcePoll::Idle(again) => {
                quiet += 1;
                std::thread::sleep(again.unwrap().saturating_duration_since(Instant::now()));
            }
            SourcePoll::Finished => break,
        }
    }
    (ids, rejected)
}

fn json(ids: std::ops::Range<i64>) -> String {
    ids.map(|id| format!("{{\"id\": {id}, \"name\": \"n{id}\"}}\n")).collect()
}

#[test]
fn a_folder_is_read_by_name_and_ends() {
    let folder = TempDir::new().unwrap();
    append(&folder.path().join("b.ndjson"), &json(3..5));
    append(&folder.path().join("a.jsonl"), "{\"id\": 1}\nbad\n{\"id\": 2}");
    append(&folder.path().join("other.txt"), "x");
    append(&folder.path().join(".hidden.json"), "x");
    let source = source(folder.path(), false);
    assert!(source.is_finite());
    let mut reader = open(&source, None);
    let (ids, rejected) = drain(reader.as_mut(), 2);
    assert_eq!(ids, [1, 2, 3, 4]);
    assert_eq!(rejected.len(), 1);
    assert!(rejected[0].place.ends_with("a.jsonl:2") && rejected[0].raw == "bad", "{rejected:?}");
    assert!(matches!(reader.poll(10).unwrap(), SourcePoll::Finished));
    append(&folder.path().join("c.json"), &json(9..10));
    assert_eq!(drain(open(&source, None).as_mut(), 100).0, ids, "a source that ends is what it was at first");
}

/// Larger than one chunk, so that records lie across its edges, and with line
/// numbers to the end.
#[test]
fn large_files_are_read_in_chunks_and_taken_up_anywhere() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("big.json");
    append(&path, &json(0..100_000));
    append(&path, "oops\n");
    append(&path, &json(100_000..100_010));
    let source = source(&path, false);
    let (all, rejected) = drain(open(&source, None).as_mut(), 8192);
    assert_eq!(all, (0..100_010).collect::<Vec<_>>());
    assert!(rejected[0].place.ends_with("big.json:100001"), "{rejected:?}");
    let mut reader = open(&source, None);
    let mut seen = 0;
    while seen < 70_000 {
        let SourcePoll::Batch(more) = reader.poll(7001).unwrap() else { panic!("there are more") };
        seen += more.rows.num_rows();
    }
    let offset = reader.offset();
    for source in [source, super::tests::source(&path, true)] {
        let (rest, rejected) = drain(open(&source, Some(&offset)).as_mut(), 999);
        assert_eq!(rest, all[seen..]);
        assert!(rejected[0].place.ends_with("big.json:100001"), "{rejected:?}");
    }
}

#[test]
fn following_sees_growth_and_new_files_and_replays_them_alike() {
    let folder = TempDir::new().unwrap();
    let (a, b) = (folder.path().join("b.json"), folder.path().join("a.json"));
    append(&a, &json(0..3));
    append(&a, "{\"id\": 3");
    let source = source(folder.path(), true);
    assert!(!source.is_finite());
    let mut reader = open(&source, None);
    assert_eq!(drain(reader.as_mut(), 100).0, [0, 1, 2], "half a line waits");
    append(&b, &json(10..12));
    assert_eq!(drain(reader.as_mut(), 100).0, [10, 11]);
    append(&a, "}\n");
    assert_eq!(drain(reader.as_mut(), 100).0, [3]);
    append(&b, &json(12..13));
    append(&a, &json(4..5));
    assert_eq!(drain(reader.as_mut(), 100).0, [4, 12]);
    let all = [0, 1, 2, 10, 11, 3, 4, 12];
    assert_eq!(drain(open(&source, None).as_mut(), 1).0, all, "a second reader sees the same order");

    let offset = reader.offset();
    append(&a, &json(5..6));
    let restarted = super::tests::source(folder.path(), true);
    assert_eq!(drain(open(&restarted, Some(&offset)).as_mut(), 100).0, [5]);
    let again = drain(open(&restarted, None).as_mut(), 100).0;
    assert_eq!(again.last(), Some(&5), "what an earlier run has read comes first");
    assert_eq!(again.len(), all.len() + 1);
}

#[test]
fn csv_files_have_a_header_each() {
    let folder = TempDir::new().unwrap();
    append(&folder.path().join("a.csv"), "NAME,id,more\nx,1,2\ny,2\n");
    append(&folder.path().join("b.csv"), "id,name\n3,z\n4,\"two\nlines\"\n");
    append(&folder.path().join("c.csv"), "id,nom\n5,z\n");
    let source = source(&folder.path().join("*.csv"), false);
    let (ids, rejected) = drain(open(&source, None).as_mut(), 1);
    assert_eq!(ids, [1, 3, 4]);
    assert_eq!(rejected.len(), 2);
    assert!(rejected[0].place.ends_with("a.csv:3"), "{rejected:?}");
    assert!(rejected[1].reason.contains("column \"name\" is not in"), "{rejected:?}");
    let mut reader = open(&source, None);
    reader.poll(2).unwrap();
    let offset = reader.offset();
    assert_eq!(drain(open(&source, Some(&offset)).as_mut(), 10).0, [3, 4], "the header is known again");
}

#[test]
fn bytes_that_are_not_text_reject_their_line_only() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), b"{\"id\": 1}\n{\"name\": \"\xff\"}\n{\"id\": 2}\n").unwrap();
    fs::write(folder.path().join("a.csv"), b"id,name\n1,a\n2,\xff\n3,\"c\"\n").unwrap();
    for (name, good, line) in [("a.json", vec![1, 2], "a.json:2"), ("a.csv", vec![1, 3], "a.csv:3")] {
        let source = source(&folder.path().join(name), false);
        let (ids, rejected) = drain(open(&source, None).as_mut(), 100);
        assert_eq!((ids, rejected.len()), (good, 1), "{rejected:?}");
        assert!(rejected[0].place.ends_with(line), "{rejected:?}");
    }
}

fn write_parquet(path: &Path, ids: std::ops::Range<i64>) {
    let names: StringArray = ids.clone().map(|id| Some(format!("n{id}"))).collect();
    let columns: [(&str, arrow::array::ArrayRef); 2] =
        [("NAME", Arc::new(names)), ("id", Arc::new(Int64Array::from_iter_values(ids)))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(fs::File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn parquet_is_projected_cast_and_taken_up_by_row() {
    let folder = TempDir::new().unwrap();
    write_parquet(&folder.path().join("a.parquet"), 0..20_000);
    let source = source(folder.path(), false);
    let mut reader = open(&source, None);
    reader.poll(5000).unwrap();
    let offset = reader.offset();
    assert_eq!(drain(open(&source, Some(&offset)).as_mut(), 3000).0, (5000..20_000).collect::<Vec<_>>());

    let mut narrow = spec(folder.path(), false);
    narrow.schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int16, true)]));
    write_parquet(&folder.path().join("a.parquet"), 32_766..32_769);
    let source = File.source(&narrow).unwrap();
    let SourcePoll::Batch(batch) = open(&source, None).poll(10).unwrap() else { panic!("there are rows") };
    assert_eq!((batch.rows.num_rows(), batch.rejected.len()), (2, 1));
    assert!(batch.rejected[0].reason.contains("out of range for type smallint"), "{:?}", batch.rejected);
}

#[test]
fn a_half_written_parquet_file_is_waited_for() {
    let folder = TempDir::new().unwrap();
    write_parquet(&folder.path().join("a.parquet"), 0..3);
    let whole = fs::read(folder.path().join("a.parquet")).unwrap();
    let source = source(folder.path(), true);
    let mut reader = open(&source, None);
    assert_eq!(drain(reader.as_mut(), 10).0, [0, 1, 2]);
    fs::write(folder.path().join("b.parquet"), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(drain(reader.as_mut(), 10).0, [0i64; 0]);
    fs::write(folder.path().join("b.parquet"), &whole).unwrap();
    assert_eq!(drain(reader.as_mut(), 10).0, [0, 1, 2]);
}

#[test]
fn columns_come_from_the_file() {
    let folder = TempDir::new().unwrap();
    let columns = |name: &str, text: &str| {
        append(&folder.path().join(name), text);
        let found = File.columns(&spec(&folder.path().join(name), false)).unwrap().unwrap();
        found.fields().iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect::<Vec<_>>()
    };
    assert_eq!(columns("a.csv", "Id,Name,v\n1,x,1.5\n"), ["id Int64", "name Utf8", "v Float64"]);
    assert_eq!(columns("a.json", "{\"z\": 1, \"a\": true}\n"), ["z Int64", "a Boolean"]);
    write_parquet(&folder.path().join("a.parquet"), 0..1);
    let found = File.columns(&spec(&folder.path().join("a.parquet"), false)).unwrap().unwrap();
    assert_eq!(found.field(0).name(), "name");
}

#[test]
fn what_cannot_work_fails_at_once() {
    let folder = TempDir::new().unwrap();
    let code = |outcome: Result<Arc<dyn Source>>| {
        let error = outcome.err().unwrap();
        assert!(error.hint().is_some(), "{error}");
        error.code()
    };
    let file = |name: &str| folder.path().join(name);
    assert_eq!(code(File.source(&spec(&file("none.json"), false))), SqlState::UNDEFINED_FILE);
    assert_eq!(code(File.source(&spec(&file("none/*.json"), true))), SqlState::UNDEFINED_FILE);
    assert_eq!(code(File.source(&spec(&file("*.json"), false))), SqlState::UNDEFINED_FILE);
    append(&file("a.txt"), "x");
    assert_eq!(code(File.source(&spec(&file("a.txt"), false))), SqlState::INVALID_PARAMETER_VALUE);
    append(&file("a.csv"), "id,nom\n");
    assert_eq!(code(File.source(&spec(&file("a.csv"), false))), SqlState::UNDEFINED_COLUMN);
    let mut wrong = spec(&file("a.csv"), false);
    let options = BTreeMap::from([("delimitr".to_string(), ";".to_string())]);
    wrong.format = Some(FormatSpec { format: "PLAIN".into(), encode: "CSV".into(), options });
    assert_eq!(code(File.source(&wrong)), SqlState::INVALID_PARAMETER_VALUE);
}

/// Prints how fast text is decoded; asserts nothing.
#[test]
fn speed() {
    let folder = TempDir::new().unwrap();
    let (a, b) = (folder.path().join("a.json"), folder.path().join("a.csv"));
    append(&a, &json(0..1_000_000));
    let rows: String = (0..1_000_000).map(|id| format!("{id},n{id}\n")).collect();
    append(&b, &format!("id,name\n{rows}"));
    for path in [a, b] {
        let bytes = fs::metadata(&path).unwrap().len() as f64 / 1e6;
        let start = Instant::now();
        let rows = drain(open(&source(&path, false), None).as_mut(), 8192).0.len();
        let seconds = start.elapsed().max(Duration::from_micros(1)).as_secs_f64();
        println!("{path:?}: {:.1} million rows/s, {:.0} MB/s", rows as f64 / seconds / 1e6, bytes / seconds);
    }
}
