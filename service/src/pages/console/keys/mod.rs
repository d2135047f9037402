//! Who may do what: tokens of programs, and users. What is secret is shown once, on the page that
//! answers the form, and nowhere else.

mod secrets;
mod tokens;
mod users;

pub(super) use self::{
    secrets::{given, issue, issued, made, make, new_password},
    tokens::{FORMS as TOKEN_FORMS, detail as token, index as token_list},
    users::{FORMS as USER_FORMS, detail as user, index as user_list},
};
use super::forms::{Choices, Field, Kind};

const ROLES: Choices = Choices::These(&[
    ("admin", "admin: everything, and says who may do what"),
    ("editor", "editor: changes the register, and proposes"),
    ("approver", "approver: reads, and decides about proposals"),
    ("reader", "reader: reads"),
    ("checker", "checker: only asks transfer checks"),
]);

const ROLE: Field = Field::needed("role", "What it is to do", Kind::One(ROLES), "");
const GROUPS: Field = Field::asked(
    "groups",
    "Which groups exist for it",
    Kind::Many(Choices::Groups),
    "None ticked: all groups, and whatever is added later.",
);
