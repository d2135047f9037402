//! The words in which the first migrations describe a table: columns with the checks that hold on
//! both databases what the types promise.

use sea_orm_migration::{
    prelude::*,
    sea_orm::DbBackend,
    sea_query::{Check, SimpleExpr},
};

/// One database's way of saying a check.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checks(pub(crate) DbBackend);

impl Checks {
    /// The checks of the database being migrated.
    pub(crate) fn of(manager: &SchemaManager<'_>) -> Self {
        Self(manager.get_database_backend())
    }

    /// A slug: lower-case words and digits joined by single hyphens.
    pub(crate) fn slug(self, column: &str) -> SimpleExpr {
        let shape = match self.0 {
            DbBackend::Postgres => format!(r#""{column}" ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"#),
            _ => format!(
                r#""{column}" NOT GLOB '*[^a-z0-9-]*' AND "{column}" NOT LIKE '-%' AND "{column}" NOT LIKE '%-' AND "{column}" NOT LIKE '%--%'"#
            ),
        };
        Expr::cust(format!(
            r#"{shape} AND length("{column}") BETWEEN 2 AND 63"#
        ))
    }

    /// A calendar day in the one form that sorts. PostgreSQL's type says it already.
    pub(crate) fn day(self, column: &str) -> SimpleExpr {
        match self.0 {
            DbBackend::Postgres => Expr::cust(format!(r#""{column}" >= DATE '0001-01-01'"#)),
            _ => Expr::cust(format!(
                r#""{column}" IS NULL OR (date("{column}") IS NOT NULL AND "{column}" = date("{column}"))"#
            )),
        }
    }

    /// A JSON document. PostgreSQL's type says it already.
    pub(crate) fn json(self, column: &str) -> SimpleExpr {
        let shape = match self.0 {
            DbBackend::Postgres => format!(r#"jsonb_typeof("{column}") <> 'null'"#),
            _ => format!(r#"json_valid("{column}") AND json_type("{column}") <> 'null'"#),
        };
        Expr::cust(format!(r#""{column}" IS NULL OR ({shape})"#))
    }

    /// A truth value. PostgreSQL's type says it already.
    pub(crate) fn truth(self, column: &str) -> SimpleExpr {
        match self.0 {
            DbBackend::Postgres => Expr::cust(format!(r#""{column}" IN (TRUE, FALSE)"#)),
            _ => Expr::cust(format!(r#""{column}" IN (0, 1)"#)),
        }
    }

    /// A SHA-256 hash in lower-case hexadecimal.
    pub(crate) fn hash(self, column: &str) -> SimpleExpr {
        let shape = match self.0 {
            DbBackend::Postgres => format!(r#""{column}" ~ '^[0-9a-f]*$'"#),
            _ => format!(r#""{column}" NOT GLOB '*[^0-9a-f]*'"#),
        };
        Expr::cust(format!(r#"{shape} AND length("{column}") = 64"#))
    }

    /// A day column that must be filled.
    pub(crate) fn day_column(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name)
            .date()
            .not_null()
            .check(self.day(name))
            .take()
    }

    /// A day column that may be empty.
    pub(crate) fn day_column_null(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name)
            .date()
            .null()
            .check(self.day(name))
            .take()
    }

    /// The last day of a span whose first day stands in another column; either may be empty. What
    /// several columns promise stands with the last of them where a table is there already: SQLite
    /// adds no check to one.
    pub(crate) fn last_day_column_null(self, name: &'static str, first: &'static str) -> ColumnDef {
        let day = match self.0 {
            DbBackend::Postgres => format!(r#""{name}" >= DATE '0001-01-01'"#),
            _ => format!(r#"date("{name}") IS NOT NULL AND "{name}" = date("{name}")"#),
        };
        let check = format!(
            r#""{name}" IS NULL OR ({day} AND ("{first}" IS NULL OR "{first}" <= "{name}"))"#
        );
        ColumnDef::new(name)
            .date()
            .null()
            .check(Expr::cust(check))
            .take()
    }

    /// A JSON column that must be filled.
    pub(crate) fn json_column(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name)
            .json_binary()
            .not_null()
            .check(self.json(name))
            .take()
    }

    /// A JSON column that rows written before it did not have.
    pub(crate) fn json_column_filled(self, name: &'static str, empty: &str) -> ColumnDef {
        let empty = match self.0 {
            DbBackend::Postgres => Expr::cust(format!("'{empty}'::jsonb")),
            _ => Expr::cust(format!("'{empty}'")),
        };
        self.json_column(name).default(empty).take()
    }

    /// A JSON column that may be empty.
    pub(crate) fn json_column_null(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name)
            .json_binary()
            .null()
            .check(self.json(name))
            .take()
    }

    /// A column of a truth value.
    pub(crate) fn truth_column(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name)
            .boolean()
            .not_null()
            .check(self.truth(name))
            .take()
    }

    /// A column of a stable short name.
    pub(crate) fn slug_column(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name)
            .text()
            .not_null()
            .unique_key()
            .check(self.slug(name))
            .take()
    }
}

/// The id.
pub(crate) fn id() -> ColumnDef {
    ColumnDef::new("id").uuid().not_null().primary_key().take()
}

/// The id of another row.
pub(crate) fn reference(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// The id of another row, or none.
pub(crate) fn reference_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// A text that must say something.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .text()
        .not_null()
        .check(filled(name))
        .take()
}

/// A text that says something or is absent.
pub(crate) fn text_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .text()
        .null()
        .check(filled(name))
        .take()
}

/// A word of a closed vocabulary that the schema knows by heart.
pub(crate) fn code(name: &'static str, codes: &[&str]) -> ColumnDef {
    ColumnDef::new(name)
        .text()
        .not_null()
        .check(one_of(name, codes))
        .take()
}

/// The same, or absent.
pub(crate) fn code_null(name: &'static str, codes: &[&str]) -> ColumnDef {
    ColumnDef::new(name)
        .text()
        .null()
        .check(one_of(name, codes))
        .take()
}

/// How often the row was written.
pub(crate) fn version() -> ColumnDef {
    ColumnDef::new("version")
        .big_integer()
        .not_null()
        .check(Expr::cust(r#""version" >= 1"#))
        .take()
}

/// A link to another table. Nothing that is referred to is ever deleted.
pub(crate) fn link(
    from: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{from}_{column}"))
        .from(from, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Restrict)
        .on_update(ForeignKeyAction::Restrict)
        .take()
}

/// A span whose last day is not before its first.
pub(crate) fn ordered(name: &str, first: &str, last: &str) -> Check {
    named(
        name,
        &format!(r#""{first}" IS NULL OR "{last}" IS NULL OR "{first}" <= "{last}""#),
    )
}

/// A named check over several columns.
pub(crate) fn named(name: &str, condition: &str) -> Check {
    Check::named(name.to_owned(), Expr::cust(condition.to_owned()))
}

/// An index over columns, in their order.
pub(crate) fn index(
    name: &str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns {
        index.col(*column);
    }
    index
}

fn filled(column: &str) -> SimpleExpr {
    Expr::cust(format!(r#""{column}" <> ''"#))
}

fn one_of(column: &str, codes: &[&str]) -> SimpleExpr {
    let codes: Vec<String> = codes.iter().map(|code| format!("'{code}'")).collect();
    Expr::cust(format!(r#""{column}" IN ({})"#, codes.join(", ")))
}
