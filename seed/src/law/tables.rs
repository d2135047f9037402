//! From text files to rows, each with the file and the name by which a fault speaks of it.

use serde::de::DeserializeOwned;
use toml::{Table, Value};
use transfer_decision::vocabulary::Regime;

use super::{
    PACK, PackFile,
    rows::{
        AdequacyRow, FrameworkRow, MembershipBasisRow, MembershipRow, NoTransferRow, PackRow,
        ToolRow,
    },
};
use crate::Fault;

/// Where a row stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The file's path.
    pub(super) file: String,
    /// The row's id, or what identifies it where it has none.
    pub(super) row: String,
    /// Which of the pack's amendments made or changed it, by their positions.
    pub(super) amendments: Vec<usize>,
}

/// A row and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    /// Where.
    pub(super) place: Place,
    /// The row.
    pub(super) row: T,
}

/// A row of a file that is about one regime.
#[derive(Debug, Clone)]
pub(super) struct OfRegime<T> {
    /// The file's regime.
    pub(super) regime: Regime,
    /// The row.
    pub(super) row: T,
}

/// Every row of the pack.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    pub(super) pack: Option<PackRow>,
    pub(super) adequacy: Vec<Placed<OfRegime<AdequacyRow>>>,
    pub(super) memberships: Vec<Placed<OfRegime<MembershipRow>>>,
    pub(super) tools: Vec<Placed<OfRegime<ToolRow>>>,
    pub(super) frameworks: Vec<Placed<FrameworkRow>>,
    pub(super) membership_bases: Vec<Placed<MembershipBasisRow>>,
    pub(super) no_transfer: Vec<Placed<NoTransferRow>>,
    /// The names of rows that could not be read: what refers to one is no fault of its own.
    pub(super) unreadable: Vec<String>,
}

impl Tables {
    /// Where the rows stand that the rules' checks can name.
    fn places(&self) -> impl Iterator<Item = &Place> {
        let adequacy = self.adequacy.iter().map(|placed| &placed.place);
        adequacy
            .chain(self.memberships.iter().map(|placed| &placed.place))
            .chain(self.tools.iter().map(|placed| &placed.place))
            .chain(self.frameworks.iter().map(|placed| &placed.place))
            .chain(self.no_transfer.iter().map(|placed| &placed.place))
    }

    /// Whether a name is taken, by a row of whatever kind.
    pub(super) fn has(&self, name: &str) -> bool {
        let bases = self.membership_bases.iter().map(|placed| &placed.place);
        self.places().chain(bases).any(|place| place.row == name)
    }

    /// The file in which a row stands.
    pub(super) fn file_of(&self, row: &str) -> Option<&str> {
        self.places()
            .find(|place| place.row == row)
            .map(|place| place.file.as_str())
    }
}

/// Reads every file; what cannot be read is a fault and left out.
pub(super) fn read(files: &[PackFile<'_>], faults: &mut Vec<Fault>) -> Tables {
    let mut tables = Tables::default();
    for file in files {
        match file.text.parse::<Table>() {
            Ok(content) if file.path == PACK => {
                tables.pack = row_of(PACK, "", Value::Table(content), faults);
            }
            Ok(content) => File::new(file.path, faults).read(content, &mut tables),
            Err(error) => faults.push(Fault::of_file(file.path, &error.to_string())),
        }
    }
    if !files.iter().any(|file| file.path == PACK) {
        faults.push(Fault::of_file(PACK, "the pack must have this file"));
    }
    tables
}

struct File<'a> {
    path: &'a str,
    regime: Option<Regime>,
    says_regime: bool,
    unreadable: Vec<String>,
    faults: &'a mut Vec<Fault>,
}

impl<'a> File<'a> {
    fn new(path: &'a str, faults: &'a mut Vec<Fault>) -> Self {
        Self {
            path,
            regime: None,
            says_regime: false,
            unreadable: Vec::new(),
            faults,
        }
    }

    fn read(&mut self, mut content: Table, tables: &mut Tables) {
        self.says_regime = content.contains_key("regime");
        self.regime = content
            .remove("regime")
            .and_then(|regime| match regime.try_into() {
                Ok(regime) => Some(regime),
                Err(error) => {
                    self.fault("regime", error.to_string().trim());
                    None
                }
            });
        for (kind, value) in content {
            let Value::Array(rows) = value else {
                self.fault(
                    &kind,
                    "neither the regime of the file nor a list of rows (`[[…]]`)",
                );
                continue;
            };
            match kind.as_str() {
                "adequacy" => self.of_regime(&kind, rows, &mut tables.adequacy),
                "membership" => self.of_regime(&kind, rows, &mut tables.memberships),
                "tool" => self.of_regime(&kind, rows, &mut tables.tools),
                "framework" => self.rows(&kind, rows, &mut tables.frameworks),
                "membership_basis" => self.rows(&kind, rows, &mut tables.membership_bases),
                "no_transfer" => self.rows(&kind, rows, &mut tables.no_transfer),
                _ => self.fault(&kind, "an unknown kind of row"),
            }
        }
        tables.unreadable.append(&mut self.unreadable);
    }

    fn fault(&mut self, field: &str, what: &str) {
        self.faults.push(Fault {
            field: field.to_owned(),
            ..Fault::of_file(self.path, what)
        });
    }

    fn of_regime<T: DeserializeOwned>(
        &mut self,
        kind: &str,
        rows: Vec<Value>,
        into: &mut Vec<Placed<OfRegime<T>>>,
    ) {
        let mut placed = Vec::new();
        self.rows(kind, rows, &mut placed);
        let Some(regime) = self.regime else {
            if self.says_regime {
                return; // in words that are a fault already
            }
            self.fault(
                "regime",
                &format!("the file must say to which regime its {kind} rows belong"),
            );
            return;
        };
        into.extend(placed.into_iter().map(|Placed { place, row }| Placed {
            place,
            row: OfRegime { regime, row },
        }));
    }

    fn rows<T: DeserializeOwned>(
        &mut self,
        kind: &str,
        rows: Vec<Value>,
        into: &mut Vec<Placed<T>>,
    ) {
        for (number, value) in (1..).zip(rows) {
            let name = name(self.regime, &value).unwrap_or_else(|| format!("{kind} {number}"));
            let Some(row) = row_of(self.path, &name, value, self.faults) else {
                self.unreadable.push(name);
                continue;
            };
            into.push(Placed {
                place: Place {
                    file: self.path.to_owned(),
                    row: name,
                    amendments: Vec::new(),
                },
                row,
            });
        }
    }
}

fn row_of<T: DeserializeOwned>(
    file: &str,
    name: &str,
    value: Value,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    value
        .try_into()
        .map_err(|error: toml::de::Error| {
            let what = error.to_string().trim().replace('\n', " ");
            faults.push(Fault {
                row: name.to_owned(),
                ..Fault::of_file(file, &what)
            });
        })
        .ok()
}

/// The row's id; a framework's code; for a membership `regime/territory/first day`, which is how
/// the core names it.
fn name(regime: Option<Regime>, row: &Value) -> Option<String> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    text("id").or_else(|| text("framework")).or_else(|| {
        let (territory, first) = (text("territory")?, text("valid_from")?);
        Some(membership_name(regime?, &territory, &first))
    })
}

/// The name of a membership.
pub(super) fn membership_name(regime: Regime, territory: &str, first_day: &str) -> String {
    format!("{regime}/{territory}/{first_day}")
}
