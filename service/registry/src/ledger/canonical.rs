//! One text for one value: JSON without spaces, the keys of every object in order.

use serde::Serialize;
use serde_json::Value;

/// The canonical text of a value.
///
/// # Errors
/// When the value has no JSON form.
pub(crate) fn text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let value = serde_json::to_value(value)?;
    let mut text = String::new();
    write(&value, &mut text)?;
    Ok(text)
}

// The order must not hang on how the JSON library was built: one of its features keeps the order
// of insertion.
fn write(value: &Value, text: &mut String) -> Result<(), serde_json::Error> {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (at, (name, field)) in fields.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&serde_json::to_string(name)?);
                text.push(':');
                write(field, text)?;
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text)?;
            }
            text.push(']');
        }
        scalar => text.push_str(&serde_json::to_string(scalar)?),
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    #[test]
    fn keys_are_in_order_at_every_depth_and_nothing_is_spaced() {
        let value = json!({"b": [{"z": 1, "a": "x\ny"}], "a": null, "é": true});
        assert_eq!(
            super::text(&value).unwrap(),
            r#"{"a":null,"b":[{"a":"x\ny","z":1}],"é":true}"#
        );
    }
}
