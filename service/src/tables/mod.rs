//! Table files: any resource's rows as CSV, XLSX or JSON, read and written.
//!
//! A resource is described by a [`Sheet`]: its name and its columns, each a place in the resource's
//! JSON input form and a [`Kind`]. Nothing here knows a resource. What is read is the input form as
//! a JSON object for each row, with the row's number, so that whoever judges the object can say in
//! which cell it is wrong ([`Record::fault`]).
//!
//! # Cells
//! An absent field is an empty cell, and so are `null` and an empty object around columns. A row
//! without any cell is no record; it is counted and passed over.
//!
//! | kind | cell |
//! |---|---|
//! | [`Kind::Text`] | the text as it is, spaces and line ends included |
//! | [`Kind::Code`] | the code; spaces around it do not count |
//! | [`Kind::Day`] | `YYYY-MM-DD`; in a workbook a real date |
//! | [`Kind::Bool`] | `true` or `false`; in a workbook a real truth value |
//! | [`Kind::Integer`] | digits; in a workbook a real number |
//! | [`Kind::List`] | items joined by `; `; the empty list is `[]` |
//! | [`Kind::Flags`] | `name=true; other=false`; without any `{}` |
//! | [`Kind::Json`] | the JSON value as compact text |
//!
//! In the items of lists and flags a backslash takes its meaning from the character after it, which
//! stands for itself: `\\`, `\;`, `\=`, and a space at an item's edge (`\ `); `\e` is an item
//! without any character, and `\[]` the item `[]`. Any other character after a backslash is an error.
//!
//! # Harmless cells
//! A spreadsheet takes text that begins with `=`, `+`, `-`, `@`, TAB, CR or LF for a formula, also
//! after spaces. Every text cell of a CSV file and of a workbook is therefore written by one rule:
//!
//! > Set aside the single quotes at the text's beginning. When what is left is empty, or begins with
//! > such a character (after any spaces), one single quote goes before the whole text.
//!
//! A spreadsheet may also take a CSV file's text apart where this one did not: at a semicolon, where
//! commas stand in numbers, and with it at the tabs and line ends inside of a cell. So that what
//! follows them is no formula either:
//!
//! > After each semicolon, TAB, CR and LF set aside the single quotes. When what is left begins with
//! > `=`, `+`, `-` or `@` (after any spaces and double quotes), one single quote goes before it.
//!
//! The reader takes exactly one single quote off each place of which the same is true and that
//! begins with one. So `=1` is written `'=1`, `'=1` is written `''=1`, `a;=1` is written `a;'=1`, a
//! text without any character `'`, and `'tis` stays as it is. Each text has one written form, and
//! each written form one text.
//!
//! # Limits
//! A file has up to 64 MiB, and its cells up to 256 MiB of text, what they share counted for each; a
//! table 1 000 000 rows, a cell 32 767 characters (UTF-16 units, as spreadsheets count). A row of a
//! CSV file has up to 1000 cells and 4 MiB, a header 64 KiB, a workbook 256 sheets of different names. A workbook is
//! inflated once to see what it really holds before anything interprets it.

mod cell;
mod fault;
mod file;
mod guard;
mod items;
mod package;
mod read_csv;
mod read_json;
mod read_xlsx;
mod records;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
mod write;
mod write_xlsx;

pub(crate) use fault::{Fault, FaultCode, Faults};
pub(crate) use file::{Format, Source, TableFile};
pub(crate) use records::{Record, Records};
pub(crate) use sheet::{Column, Kind, Sheet};
pub(crate) use text::harmless;
pub(crate) use write::{Rows, WriteError, write_table, write_tables};

/// The greatest size of a file in bytes.
pub(crate) const LARGEST_FILE: u64 = 64 << 20;

/// The most rows of one table, its header apart.
pub(crate) const MOST_ROWS: u32 = 1_000_000;

/// The longest cell in UTF-16 units: what a spreadsheet holds.
pub(crate) const LONGEST_CELL: usize = 32_767;

/// The longest header, in bytes.
const LONGEST_HEADER: usize = 64 << 10;
