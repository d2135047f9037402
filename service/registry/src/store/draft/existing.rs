//! The objects that a change begins from.

use uuid::Uuid;

use super::{ChangeError, Draft, Expected};
use crate::{
    certifications::Certification, flows::Flow, groups::Group,
    impact_assessments::ImpactAssessment, law_amendments::LawAmendment, mechanisms::Mechanism,
    organisations::Organisation, processing_activities::ProcessingActivity,
    subprocessors::Subprocessor,
};

/// The objects that a change begins from, as far as they exist for the caller.
macro_rules! existing {
    ($($(#[$meta:meta])* $name:ident($list:ident): $view:ty, $group:expr;)+) => {
        impl Draft { $(
            $(#[$meta])*
            pub(crate) fn $name(&self, id: Uuid, expected: &Expected) -> Result<$view, ChangeError> {
                self.once(id)?;
                let found = self.base.$list().get(id).ok_or(ChangeError::NotFound)?;
                let group: fn(&$view) -> Option<&str> = $group;
                self.keeps(group(found))?;
                expected.admits(found.version)?;
                Ok(found.clone())
            }
        )+ }
    };
}

existing! {
    /// The organisation to be changed.
    existing_organisation(organisations): Organisation, |view| view.group.as_deref();
    /// The engagement to be changed.
    existing_subprocessor(subprocessors): Subprocessor, |view| Some(&view.group);
    /// The mechanism to be changed.
    existing_mechanism(mechanisms): Mechanism, |view| view.group.as_deref();
    /// The flow to be changed.
    existing_flow(flows): Flow, |view| view.group.as_deref();
    /// The processing activity to be changed.
    existing_activity(processing_activities): ProcessingActivity, |view| Some(&view.group);
    /// The amendment to be changed.
    existing_amendment(law_amendments): LawAmendment, |_| None;
}

impl Draft {
    /// The group to be changed.
    pub(crate) fn existing_group(
        &self,
        id: Uuid,
        expected: &Expected,
    ) -> Result<Group, ChangeError> {
        self.once(id)?;
        let found = self.base.groups().get(id).ok_or(ChangeError::NotFound)?;
        if !self.scope.includes(id) {
            return Err(ChangeError::NotFound);
        }
        expected.admits(found.version)?;
        Ok(found.clone())
    }

    /// The assessment to be changed, and its mechanism.
    pub(crate) fn existing_assessment(
        &self,
        id: Uuid,
        expected: &Expected,
    ) -> Result<(Uuid, ImpactAssessment), ChangeError> {
        self.once(id)?;
        let (mechanism, found) = self
            .base
            .impact_assessment(id)
            .ok_or(ChangeError::NotFound)?;
        self.keeps(mechanism.group.as_deref())?;
        expected.admits(found.version)?;
        Ok((mechanism.id, found.clone()))
    }

    /// The certification to be changed, and its organisation.
    pub(crate) fn existing_certification(
        &self,
        id: Uuid,
        expected: &Expected,
    ) -> Result<(Uuid, Certification), ChangeError> {
        self.once(id)?;
        let (holder, found) = self.base.certification(id).ok_or(ChangeError::NotFound)?;
        self.keeps(holder.group.as_deref())?;
        expected.admits(found.version)?;
        Ok((holder.id, found.clone()))
    }
}
