//! Values of fixed width as numbers in their order.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowNativeType, ArrowPrimitiveType, DataType, Decimal128Type, Float64Type, Int64Type,
};

use super::super::accumulator::{as_int64, for_each_valid, from_int64};
use crate::types::Result;

/// A number that orders as the value it stands for.
pub trait Fixed: ArrowNativeType + Ord {
    /// The Arrow type of a column of such numbers.
    type Arrow: ArrowPrimitiveType<Native = Self>;

    /// Can values of this type be such numbers?
    fn supports(data_type: &DataType) -> bool;
    /// The numbers of a column.
    fn read(column: &ArrayRef) -> Result<PrimitiveArray<Self::Arrow>>;
    /// The reverse of [`Fixed::read`].
    fn write(numbers: Vec<Option<Self>>, data_type: &DataType) -> Result<ArrayRef>;
    /// The number at the other end: reverses the order, and itself.
    fn turned(self) -> Self;
}

impl Fixed for i64 {
    type Arrow = Int64Type;

    fn supports(data_type: &DataType) -> bool {
        let of_time = matches!(data_type, DataType::Timestamp(..) | DataType::Date32 | DataType::Time64(_));
        let float = matches!(data_type, DataType::Float32 | DataType::Float64);
        data_type.is_signed_integer() || of_time || float
    }

    fn read(column: &ArrayRef) -> Result<Int64Array> {
        if !column.data_type().is_floating() {
            return as_int64(column);
        }
        let column = cast(column, &DataType::Float64)?;
        Ok(column.as_primitive::<Float64Type>().unary(|value| in_order(value.to_bits() as i64)))
    }

    fn write(numbers: Vec<Option<i64>>, data_type: &DataType) -> Result<ArrayRef> {
        if !data_type.is_floating() {
            return from_int64(numbers.into_iter().collect(), data_type);
        }
        let value = |number: Option<i64>| number.map(|n| f64::from_bits(in_order(n) as u64));
        Ok(cast(&numbers.into_iter().map(value).collect::<Float64Array>(), data_type)?)
    }

    fn turned(self) -> i64 {
        !self
    }
}

impl Fixed for i128 {
    type Arrow = Decimal128Type;

    fn supports(data_type: &DataType) -> bool {
        matches!(data_type, DataType::Decimal128(..))
    }

    fn read(column: &ArrayRef) -> Result<Decimal128Array> {
        Ok(column.as_primitive::<Decimal128Type>().clone())
    }

    fn write(numbers: Vec<Option<i128>>, data_type: &DataType) -> Result<ArrayRef> {
        let column = numbers.into_iter().collect::<Decimal128Array>().with_data_type(data_type.clone());
        Ok(std::sync::Arc::new(column))
    }

    fn turned(self) -> i128 {
        !self
    }
}

/// The bits of a float as a number in the order of `f64::total_cmp`, and back.
fn in_order(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// Which end of which values is wanted. Ranks ascend from the best value.
pub struct Rank {
    /// The type of the values and of the result.
    pub data_type: DataType,
    /// The greatest, not the least.
    pub max: bool,
}

impl Rank {
    /// Calls `each(row, rank)` for every row whose value is not NULL.
    pub fn for_each<K: Fixed>(&self, column: &ArrayRef, mut each: impl FnMut(usize, K)) -> Result<()> {
        let typed =
            if *column.data_type() == self.data_type { column } else { &cast(column, &self.data_type)? };
        let column = K::read(typed)?;
        let numbers = column.values();
        if self.max {
            for_each_valid(&column, column.len(), |row| each(row, numbers[row].turned()));
        } else {
            for_each_valid(&column, column.len(), |row| each(row, numbers[row]));
        }
        Ok(())
    }

    /// The values of these ranks.
    pub fn values<K: Fixed>(&self, ranks: impl Iterator<Item = Option<K>>) -> Result<ArrayRef> {
        let value = |rank: Option<K>| rank.map(|rank| if self.max { rank.turned() } else { rank });
        K::write(ranks.map(value).collect(), &self.data_type)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn floats_keep_their_order_as_numbers() {
        let values = [f64::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-300, 7.0, f64::INFINITY, f64::NAN];
        let column: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        let numbers = i64::read(&column).unwrap();
        assert!(numbers.values().windows(2).all(|pair| pair[0] < pair[1]));
        let back = i64::write(numbers.iter().collect(), &DataType::Float64).unwrap();
        let bits = |column: &ArrayRef| column.as_primitive::<Float64Type>().values().to_vec();
        let same = bits(&back).iter().zip(values).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same);
    }
}
