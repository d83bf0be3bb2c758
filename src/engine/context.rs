//! Circumstances that let a request pass: the address, job or certificate that conditions ask for.

use core::net::IpAddr;

use super::session::{CONNECT_ATTRIBUTES, sees_connect_attributes, set_field};
use super::{Reading, Request, authorize};
use crate::model::{
    CONNECT, Comparison, Condition, Effect, Key, Operator, Piece, PolicySet, Quantifier, is_action,
};

/// Fills in what the request leaves open, so that conditions of statements about its action hold as
/// far as they can: those of an Allow that want a value, those of a Deny that fear its absence.
/// What is there already stays.
pub(super) fn satisfy(set: &PolicySet, request: &mut Request) {
    for (_, statement) in set.statements() {
        if statement.conditions.is_empty() || !statement.covers_action(&request.action) {
            continue;
        }
        for condition in &statement.conditions {
            let Ok(operator) = &condition.operator.value else {
                continue;
            };
            if wants_value(*operator, statement.effect.value) {
                fill(condition, request);
            }
        }
    }
}

/// The request with circumstances in which it passes, where there are such: an address, a job, a
/// field of the certificate, attributes of the CONNECT that conditions ask for.
pub fn passing(set: &PolicySet, request: &Request, reading: Reading) -> Option<Request> {
    let passes = |request: &Request| authorize(set, request, reading).is_allowed();
    if passes(request) {
        return Some(request.clone());
    }
    let mut filled = request.clone();
    satisfy(set, &mut filled);
    if filled != *request && passes(&filled) {
        return Some(filled);
    }
    if !is_action(&request.action, CONNECT) || !sees_connect_attributes(set) {
        return None;
    }
    CONNECT_ATTRIBUTES.iter().find_map(|attributes| {
        let attributes = attributes.iter().map(|it| (*it).into());
        filled.context.connect_attributes = attributes.collect();
        passes(&filled).then(|| filled.clone())
    })
}

/// Whether a condition lets a request pass that has one of its values.
fn wants_value(operator: Operator, effect: Effect) -> bool {
    match effect {
        Effect::Allow => {
            !operator.comparison.is_negated()
                && operator.comparison != Comparison::Null
                && operator.quantifier != Some(Quantifier::ForAllValues)
        }
        Effect::Deny => operator.comparison.is_negated(),
    }
}

fn fill(condition: &Condition, request: &mut Request) {
    let Some(value) = condition.values.iter().find_map(|it| {
        let mut text = String::new();
        for piece in it.value.pieces() {
            match &piece.value {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::AnyChar => text.push('x'),
                Piece::AnyRun => {}
                Piece::Variable(_) | Piece::Reference(_) => return None,
            }
        }
        Some(text)
    }) else {
        return;
    };
    let context = &mut request.context;
    match &condition.key.value {
        Key::SourceIp => {
            let address = value.split('/').next().unwrap_or("");
            let address: Option<IpAddr> = address.parse().ok();
            context.source_ip = context.source_ip.or(address);
        }
        Key::DomainName => {
            context.domain_name.get_or_insert_with(|| value.into());
        }
        Key::ConnectAttributes if is_action(&request.action, CONNECT) => {
            if context.connect_attributes.is_empty() {
                context.connect_attributes.push(value.into());
            }
        }
        Key::LastWillTopic => {
            context.last_will_topic.get_or_insert_with(|| value.into());
        }
        key @ (Key::JobId | Key::Topic | Key::CertificateAvailableKeys | Key::Other(_)) => {
            if !context.keys.iter().any(|(known, _)| known == key) {
                context.keys.push((key.clone(), vec![value.into()]));
            }
        }
        Key::ThingTypeName => {
            if let Some(thing) = &mut request.device.thing {
                thing.thing_type.get_or_insert_with(|| value.into());
            }
        }
        Key::ThingAttribute(name) => {
            if let Some(thing) = &mut request.device.thing {
                let attributes = &mut thing.attributes;
                attributes
                    .entry(name.clone())
                    .or_insert_with(|| value.into());
            }
        }
        key @ (Key::CertificateId | Key::CertificateSerialNumber | Key::Certificate(_)) => {
            if let Some(certificate) = &mut request.device.certificate {
                let mut other = certificate.clone();
                set_field(&mut other, key, &value);
                let has_own = match key {
                    Key::CertificateId => certificate.id.is_some(),
                    Key::CertificateSerialNumber => certificate.serial_number.is_some(),
                    Key::Certificate(field) => {
                        let names = [&certificate.subject, &certificate.issuer];
                        names.iter().any(|it| it.contains_key(&field.field))
                    }
                    _ => true,
                };
                if !has_own {
                    *certificate = other;
                }
            }
        }
        Key::ClientId | Key::ThingName | Key::IsAttached | Key::ConnectAttributes => {}
    }
}
