//! Regions that have what a stack needs.

use crate::document::spelling::closest;
use crate::facts::{self, Basis, Region};
use crate::fleet::ErrorKind;

/// The Region of a code.
///
/// # Errors
/// No Region has it, or the Region lacks AWS IoT or its types of provisioning.
pub(super) fn known(code: &str) -> Result<&'static Region, ErrorKind> {
    let whole = |region: &&Region| is_stated(region) && region.provisioning;
    let Some(region) = facts::region(code) else {
        let codes = facts::regions().iter().map(|region| region.code);
        return Err(ErrorKind::UnknownRegion {
            name: code.into(),
            nearest: closest(code, codes).map(Into::into),
        });
    };
    // The one whose name has most in common from the beginning, in the same partition.
    let common = |other: &&Region| {
        let pairs = code.chars().zip(other.code.chars());
        pairs.take_while(|(one, other)| one == other).count()
    };
    let others = facts::regions().iter().filter(whole);
    let others = others.filter(|other| other.partition == region.partition);
    // The first of the best, for one answer.
    let nearest = others
        .rev()
        .max_by_key(common)
        .map(|other| other.code.into());
    let name = code.into();
    if !is_stated(region) {
        Err(ErrorKind::UnstatedRegion { name, nearest })
    } else if !region.provisioning {
        Err(ErrorKind::NoProvisioning { name, nearest })
    } else {
        Ok(region)
    }
}

fn is_stated(region: &Region) -> bool {
    match region.provenance.basis {
        Basis::Documented | Basis::Inferred => true,
        Basis::Unclear => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_without_provisioning_has_a_neighbour() {
        assert!(known("eu-west-1").is_ok());
        assert!(known("cn-north-1").is_ok());
        let refused = known("ap-southeast-3").err();
        let nearest = "ap-southeast-1".into();
        let name = "ap-southeast-3".into();
        let expected = ErrorKind::NoProvisioning {
            name,
            nearest: Some(nearest),
        };
        assert_eq!(refused, Some(expected));
        let unstated = known("us-iso-east-1").err();
        let name = "us-iso-east-1".into();
        assert_eq!(
            unstated,
            Some(ErrorKind::UnstatedRegion {
                name,
                nearest: None
            })
        );
    }
}
