//! What people read: the public pages, and the console.

mod archive;
mod console_assessments;
mod console_deciding;
mod console_engagements;
mod console_flows;
mod console_forms;
mod console_ledger;
mod console_map;
mod console_mechanisms;
mod console_onboarding;
mod console_organisations;
mod console_work;
mod crawl;
mod filters;
mod formats;
mod languages;
mod public;
mod published;
mod reading;
mod sheet;
