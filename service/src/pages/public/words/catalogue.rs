//! Every word of the public pages, in one shape for all languages: a key that a language lacks, or
//! has too many, makes its file unreadable.

use std::collections::BTreeMap;

use serde::Deserialize;
use transfer_decision::vocabulary::{
    Activity, Area, DataCategory, Framework, Regime, Role, Tool, WarningCode,
};
use transfer_registry_core::publications::PublishedField;

/// One part of a language's words.
macro_rules! part {
    ($(#[$meta:meta])* $name:ident { $($word:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $(pub(crate) $word: String),+ }
    };
}

/// All words of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(super) days: Days,
    pub(crate) shared: Shared,
    pub(super) regime: BTreeMap<Regime, String>,
    pub(super) area: BTreeMap<Area, String>,
    pub(super) activity: BTreeMap<Activity, String>,
    pub(super) category: BTreeMap<DataCategory, String>,
    /// The codes of purposes that are translated; others stand as they were entered.
    pub(super) purpose: BTreeMap<String, String>,
    pub(crate) kind: Kinds,
    pub(crate) outcome: Outcomes,
    pub(crate) state: States,
    pub(super) tool: BTreeMap<Tool, String>,
    pub(super) framework: BTreeMap<Framework, String>,
    /// Rows of the law pack by their ids; of others the citation says enough, or their own title.
    pub(super) basis: BTreeMap<String, String>,
    /// Citations of the law pack, without the article that is said beside them.
    pub(super) source: BTreeMap<String, String>,
    /// The warnings that a public page says.
    pub(super) warning: BTreeMap<WarningCode, String>,
    pub(super) article: Articles,
    pub(super) field: BTreeMap<PublishedField, String>,
    pub(super) role: BTreeMap<Role, String>,
    pub(crate) list: Listing,
    pub(crate) filter: Filtering,
    pub(crate) upcoming: Upcoming,
    pub(crate) changes: Changes,
    pub(crate) compare: Comparing,
    pub(crate) detail: Detail,
    pub(crate) refused: Refused,
}

/// How a day is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    pub(super) months: [String; 12],
    pub(super) day: String,
    /// The first of a month.
    pub(super) first: String,
}

/// How an article of each law is cited.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Articles {
    pub(super) gdpr: Cited,
    pub(super) directive: Cited,
    pub(super) uk_gdpr: Cited,
    pub(super) dpa_2018: Cited,
    pub(super) fadp: Cited,
    pub(super) old_fadp: Cited,
}

part! {
    /// An article, one with its paragraph, and one with its paragraph and letter.
    Cited { article, paragraph, point }
}

part! {
    /// What several pages say.
    Shared {
        and, colon, none_recorded, not_recorded, yes, no, skip, languages, pages, current,
        demonstration, demo_note, demo_none, typed,
    }
}

part! {
    /// What kind of basis is recorded.
    Outcomes {
        not_restricted, not_restricted_ch, adequacy_eu, adequacy_ch, adequacy_ch_list, adequacy_uk,
        adequacy_uk_transitional, safeguard,
        derogation, adequacy, denied,
    }
}

part! {
    /// The state of an answer, beside its mark.
    States {
        recorded, warned, none, unknown,
    }
}

part! {
    /// The list.
    Listing {
        title, heading, published_by, companies_of_demo, scope, version, version_of, in_force,
        today, recorded_by, made_of, next_change, none_planned, choose_day, show, formats,
        calendar, print, entries, caption, entity, does, data, people, places, basis, since,
        until, no_condition, undisclosed, unknown_place, country_unknown, other_place,
        none_in_force, group_companies, companies_caption, meaning, made_from, hash, permanent,
    }
}

part! {
    /// The filters of the list.
    Filtering {
        heading, active, region, product, data, country, mechanism, condition, always,
        conditional, outside, every, search, search_for, shown, nothing, reset,
    }
}

part! {
    /// The upcoming changes.
    Upcoming {
        heading, title, lead, notice, objecting, none, past, starts, moves, ends, objection, what, why, no_reason, effective,
        objection_day, no_window, before_after, before, after, not_engaged, calendar,
    }
}

part! {
    /// The change log.
    Changes {
        heading, title, lead, version, first, added, announced, removed, will_end, changed, company_added,
        company_removed, company_changed, group_changed, from_to, nothing, newer, older,
    }
}

part! {
    /// The comparison of two days.
    Comparing {
        heading, title, lead, from, to, compare, added, removed, changed, field, changed_caption,
        nothing,
    }
}

part! {
    /// The page of one subprocessor.
    Detail {
        title, of_group, facts, service, days, from_to, from_on, planned, over,
        locations_caption, place, activity, operator, itself, safeguards,
        copy, copy_ch, no_safeguards, module, certifications, certifications_caption, framework, hr,
        checked, not_checked, open, throughout, onward, no_onward, history, no_history, back,
    }
}

part! {
    /// What is said when there is nothing to show.
    Refused {
        not_found, not_found_group, not_found_here, not_yet, to_list, to_start, invalid,
        invalid_why, failed, failed_why, unknown_parameter, repeated_parameter, bad_day,
        day_too_early, bad_instant, known_at_in_future, unknown_code, too_long, out_of_range,
    }
}

part! {
    /// The sections of the list.
    Kinds {
        infrastructure, product, support, business, marketing, other,
    }
}
