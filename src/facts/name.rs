//! Which characters and lengths AWS accepts in names and values.

use super::provenance::Provenance;
use super::table;

/// A set of characters, as ranges or as the complement of ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Characters {
    /// Ranges, both ends included.
    ranges: &'static [(char, char)],
    /// Whether the set is everything outside the ranges.
    complement: bool,
}

impl Characters {
    /// The set of the ranges, both ends included.
    pub(super) const fn of(ranges: &'static [(char, char)]) -> Self {
        Self {
            ranges,
            complement: false,
        }
    }

    /// Every character outside the ranges.
    pub(super) const fn except(ranges: &'static [(char, char)]) -> Self {
        Self {
            ranges,
            complement: true,
        }
    }

    /// Returns whether the character is in the set.
    pub fn contains(&self, character: char) -> bool {
        let listed = self
            .ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&character));
        listed != self.complement
    }

    /// Returns the ranges, both ends included, and whether the set is everything outside of them.
    pub fn ranges(&self) -> (&'static [(char, char)], bool) {
        (self.ranges, self.complement)
    }
}

/// What a name or value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// Name of an alarm of CloudWatch.
    Alarm,
    /// Name of an attribute of a thing.
    AttributeName,
    /// Value of an attribute of a thing.
    AttributeValue,
    /// Name of a custom authorizer.
    Authorizer,
    /// Name of a billing group.
    BillingGroup,
    /// Name of a bucket of S3.
    Bucket,
    /// Name of a certificate provider.
    CertificateProvider,
    /// Id of a command.
    Command,
    /// The `principalId` that a custom authorizer returns.
    CustomAuthorizerPrincipal,
    /// Name of a domain configuration.
    DomainConfiguration,
    /// Name of a function of Lambda.
    Function,
    /// The `payloadVersion` of a pre-provisioning hook.
    HookPayloadVersion,
    /// Id of a job.
    Job,
    /// Alias of a key of KMS, behind `alias/`.
    KeyAlias,
    /// Name of a software package.
    Package,
    /// Name of an AWS IoT policy.
    Policy,
    /// Name of a provisioning template.
    ProvisioningTemplate,
    /// Name of a queue of SQS.
    Queue,
    /// Name of a role of IAM.
    Role,
    /// Name of a role alias.
    RoleAlias,
    /// Path of a role of IAM.
    RolePath,
    /// Name of a schedule of EventBridge.
    Schedule,
    /// Name of a named shadow.
    Shadow,
    /// Id of a stream.
    Stream,
    /// Name of a table of DynamoDB.
    Table,
    /// Name of a tag.
    TagKey,
    /// Value of a tag.
    TagValue,
    /// Name of a thing.
    Thing,
    /// Name of a thing group.
    ThingGroup,
    /// Name of a thing type.
    ThingType,
    /// Name of a topic rule.
    TopicRule,
}

/// What AWS accepts as a name.
///
/// Source: `facts/names.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameLimit {
    /// What the name is for.
    pub kind: NameKind,
    /// The rule as a regular expression for the whole name, e.g. `[a-zA-Z0-9:_-]{1,128}`.
    pub pattern: &'static str,
    /// Allowed characters.
    pub characters: Characters,
    /// Least number of characters.
    pub min_chars: usize,
    /// Greatest number of characters.
    pub max_chars: usize,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// The first thing that is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// It has fewer characters than the least number.
    TooShort {
        /// The least number of characters.
        min_chars: usize,
    },
    /// It has more characters than the greatest number.
    TooLong {
        /// How many it has.
        chars: usize,
        /// The greatest number of characters.
        max_chars: usize,
    },
    /// It has a character that is not allowed, e.g. a dot in the name of a thing.
    Character {
        /// The first such character.
        character: char,
        /// Its byte offset in the name.
        offset: usize,
    },
}

impl NameLimit {
    /// Returns the first fault of a name, or `None` when AWS accepts it. A wrong character is named
    /// before a wrong length, because it points at a place.
    pub fn fault(&self, name: &str) -> Option<NameFault> {
        let wrong = name
            .char_indices()
            .find(|(_, character)| !self.characters.contains(*character));
        if let Some((offset, character)) = wrong {
            return Some(NameFault::Character { character, offset });
        }
        let chars = name.chars().count();
        if chars < self.min_chars {
            Some(NameFault::TooShort {
                min_chars: self.min_chars,
            })
        } else if chars > self.max_chars {
            Some(NameFault::TooLong {
                chars,
                max_chars: self.max_chars,
            })
        } else {
            None
        }
    }

    /// Returns whether AWS accepts the name.
    pub fn is_allowed(&self, name: &str) -> bool {
        self.fault(name).is_none()
    }
}

/// Returns what AWS accepts as a name of this kind.
pub fn name_limit(kind: NameKind) -> &'static NameLimit {
    table::names::of(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_name_has_no_dot() {
        let limit = name_limit(NameKind::Thing);
        assert!(limit.is_allowed("sensor:7_a-B"));
        assert_eq!(
            limit.fault("sensor.7"),
            Some(NameFault::Character {
                character: '.',
                offset: 6
            })
        );
        assert_eq!(limit.fault(""), Some(NameFault::TooShort { min_chars: 1 }));
    }

    #[test]
    fn a_template_name_has_36_characters_at_most() {
        let limit = name_limit(NameKind::ProvisioningTemplate);
        assert!(limit.is_allowed(&"t".repeat(36)));
        let fault = Some(NameFault::TooLong {
            chars: 37,
            max_chars: 36,
        });
        assert_eq!(limit.fault(&"t".repeat(37)), fault);
    }

    #[test]
    fn attribute_values_may_be_empty_and_hold_no_space() {
        let limit = name_limit(NameKind::AttributeValue);
        assert!(limit.is_allowed("") && limit.is_allowed("a=[b],c/d"));
        assert!(!limit.is_allowed("Acme Devices"));
    }

    #[test]
    fn the_pattern_is_a_regular_expression() {
        assert_eq!(name_limit(NameKind::Thing).pattern, "[a-zA-Z0-9:_-]{1,128}");
    }

    #[test]
    fn a_complement_contains_what_is_not_listed() {
        let characters = Characters::except(&[('#', '#'), ('a', 'c')]);
        assert!(characters.contains('d') && characters.contains('\u{1f600}'));
        assert!(!characters.contains('b') && !characters.contains('#'));
    }
}
