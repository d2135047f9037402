//! The form that publishes.

use transfer_registry_core::Snapshot;

use super::AT;
use crate::pages::console::forms::{EDITORS, Field, Form, Kind, Typed, Way};

/// The form.
pub(in super::super) const FORMS: &[Form] = &[Form {
    path: "/console/publishing/:id/publish",
    at: AT,
    title: "Publish the list as it was previewed?",
    intro: "The public list shows this from then on, and nothing that is recorded later until somebody \
            publishes again. If anything was recorded or published since the preview, nothing is \
            published, and the preview is to be looked at again.",
    save: "Publish it",
    way: Way::Create,
    api: "/v1/groups/{id}/publications",
    object: "/v1/groups/{id}",
    then: "/console/publishing/{id}",
    roles: EDITORS,
    fields: &[
        Field::asked(
            "note",
            "What changed and why",
            Kind::Text,
            "For the readers of the list: it stands in the public log of changes.",
        ),
        // What was seen in the preview goes along, and nobody types it.
        Field::needed("after", "The preview’s publication", Kind::Number, "").when(never),
        Field::needed("content_sha256", "The preview’s content", Kind::Line, "").when(never),
    ],
}];

fn never(_: &Typed, _: &Snapshot) -> bool {
    false
}
