//! JSON patch (RFC 6902), with the liberties that the API server's library takes.

use serde_json::Value;

use crate::refusal::{self, Refusal};

/// A patch that does not fit.
struct Misfit;

/// Applies the operations in order; all of them, or none.
pub(crate) fn apply(target: &mut Value, patch: &Value) -> Result<(), Refusal> {
    let operations = patch.as_array().ok_or_else(|| {
        refusal::bad_request(
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        )
    })?;
    let mut patched = target.clone();
    for operation in operations {
        step(&mut patched, operation).map_err(|Misfit| refusal::patch_failed())?;
    }
    *target = patched;
    Ok(())
}

fn step(target: &mut Value, operation: &Value) -> Result<(), Misfit> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).ok_or(Misfit);
    let value = || operation.get("value").cloned().unwrap_or(Value::Null);
    let path = tokens(text("path")?)?;
    match text("op")? {
        "add" => add(target, &path, value()),
        // One of a field that is not there adds it: a liberty.
        "replace" => replace(target, &path, value()),
        "remove" => remove(target, &path).map(drop),
        "test" => test(target, &path, &value()),
        "move" => {
            let moved = remove(target, &tokens(text("from")?)?)?;
            add(target, &path, moved)
        }
        "copy" => {
            let copied = found_or_null(target, &tokens(text("from")?)?)?;
            add(target, &path, copied)
        }
        _ => Err(Misfit),
    }
}

fn tokens(path: &str) -> Result<Vec<String>, Misfit> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let path = path.strip_prefix('/').ok_or(Misfit)?;
    let unescape = |token: &str| token.replace("~1", "/").replace("~0", "~");
    Ok(path.split('/').map(unescape).collect())
}

fn find<'a>(target: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(target, |value, token| match value {
        Value::Object(fields) => fields.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// The object or list that holds the last step of a path, and that step.
fn parent<'a, 'b>(
    target: &'a mut Value,
    path: &'b [String],
) -> Result<(&'a mut Value, &'b str), Misfit> {
    let (last, above) = path.split_last().ok_or(Misfit)?;
    let parent = above
        .iter()
        .try_fold(target, |value, token| match value {
            Value::Object(fields) => fields.get_mut(token),
            Value::Array(items) => items.get_mut(token.parse::<usize>().ok()?),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        })
        .ok_or(Misfit)?;
    Ok((parent, last))
}

fn add(target: &mut Value, path: &[String], value: Value) -> Result<(), Misfit> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    match parent(target, path)? {
        (Value::Object(fields), name) => {
            fields.insert(name.to_owned(), value);
        }
        (Value::Array(items), "-") => items.push(value),
        (Value::Array(items), index) => {
            let index: usize = index.parse().map_err(|_| Misfit)?;
            if index > items.len() {
                return Err(Misfit);
            }
            items.insert(index, value);
        }
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => {
            return Err(Misfit);
        }
    }
    Ok(())
}

fn replace(target: &mut Value, path: &[String], value: Value) -> Result<(), Misfit> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    match parent(target, path)? {
        (Value::Object(fields), name) => {
            fields.insert(name.to_owned(), value);
            Ok(())
        }
        (Value::Array(items), index) => {
            let index: usize = index.parse().map_err(|_| Misfit)?;
            let item = items.get_mut(index).ok_or(Misfit)?;
            *item = value;
            Ok(())
        }
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => Err(Misfit),
    }
}

fn remove(target: &mut Value, path: &[String]) -> Result<Value, Misfit> {
    match parent(target, path)? {
        (Value::Object(fields), name) => fields.remove(name).ok_or(Misfit),
        (Value::Array(items), index) => {
            let index: usize = index.parse().map_err(|_| Misfit)?;
            if index >= items.len() {
                return Err(Misfit);
            }
            Ok(items.remove(index))
        }
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => Err(Misfit),
    }
}

fn test(target: &mut Value, path: &[String], wanted: &Value) -> Result<(), Misfit> {
    if found_or_null(target, path)? == *wanted {
        Ok(())
    } else {
        Err(Misfit)
    }
}

/// Null is found where a field is missing, but not where its parent is: a liberty.
fn found_or_null(target: &mut Value, path: &[String]) -> Result<Value, Misfit> {
    match find(target, path) {
        Some(found) => Ok(found.clone()),
        None => parent(target, path).map(|_| Value::Null),
    }
}
