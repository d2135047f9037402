//! Column types shared by the rows.

use std::{fmt::Display, ops::Deref, str::FromStr};

use sea_orm::{
    ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, StringLen, ValueType, ValueTypeErr},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A word of a closed vocabulary, stored as its code. A code that the vocabulary does not know is
/// an error when read, never a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coded<T>(pub T);

impl<T> From<T> for Coded<T> {
    fn from(word: T) -> Self {
        Self(word)
    }
}

impl<T: Display> From<Coded<T>> for Value {
    fn from(coded: Coded<T>) -> Self {
        Self::from(coded.0.to_string())
    }
}

impl<T: FromStr<Err: Display>> TryGetable for Coded<T> {
    fn try_get_by<I: ColIdx>(res: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let code = String::try_get_by(res, index)?;
        code.parse()
            .map(Self)
            .map_err(|unknown: T::Err| TryGetError::DbErr(DbErr::Type(unknown.to_string())))
    }
}

impl<T: FromStr + Display> ValueType for Coded<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let code = <String as ValueType>::try_from(value)?;
        code.parse().map(Self).map_err(|_| ValueTypeErr)
    }

    fn type_name() -> String {
        "Coded".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::String(StringLen::None)
    }
}

impl<T> Nullable for Coded<T> {
    fn null() -> Value {
        Value::String(None)
    }
}

impl<T: Display> IntoActiveValue<Self> for Coded<T> {
    fn into_active_value(self) -> ActiveValue<Self> {
        ActiveValue::Set(self)
    }
}

/// A value stored as JSON: `jsonb` on PostgreSQL, text on SQLite.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> From<Json<T>> for Value {
    fn from(json: Json<T>) -> Self {
        // `Into` cannot fail, and the rows' types (maps with text keys, lists, booleans) do not
        // either; a null would be refused by the column's check.
        let value = serde_json::to_value(json.0).unwrap_or(serde_json::Value::Null);
        Self::Json(Some(Box::new(value)))
    }
}

impl<T: DeserializeOwned> TryGetable for Json<T> {
    fn try_get_by<I: ColIdx>(res: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let value = serde_json::Value::try_get_by(res, index)?;
        serde_json::from_value(value)
            .map(Self)
            .map_err(|error| TryGetError::DbErr(DbErr::Type(error.to_string())))
    }
}

impl<T: DeserializeOwned> ValueType for Json<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        match value {
            Value::Json(Some(json)) => serde_json::from_value(*json)
                .map(Self)
                .map_err(|_| ValueTypeErr),
            _ => Err(ValueTypeErr),
        }
    }

    fn type_name() -> String {
        "Json".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Json
    }

    fn column_type() -> ColumnType {
        ColumnType::JsonBinary
    }
}

impl<T> Nullable for Json<T> {
    fn null() -> Value {
        Value::Json(None)
    }
}

impl<T: Serialize> IntoActiveValue<Self> for Json<T> {
    fn into_active_value(self) -> ActiveValue<Self> {
        ActiveValue::Set(self)
    }
}
