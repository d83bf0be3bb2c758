//! Numbers, dates and addresses, as the operators of IAM compare them.

use core::net::IpAddr;
use std::cmp::Ordering;

/// Compares two decimal numbers; `None` when one is none.
pub(super) fn compare_numbers(value: &str, wanted: &str) -> Option<Ordering> {
    let (value, wanted) = (value.trim(), wanted.trim());
    if let (Ok(value), Ok(wanted)) = (value.parse::<i128>(), wanted.parse::<i128>()) {
        return Some(value.cmp(&wanted));
    }
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    number(value)?.partial_cmp(&number(wanted)?)
}

/// Compares two dates; `None` when one is none.
pub(super) fn compare_dates(value: &str, wanted: &str) -> Option<Ordering> {
    Some(nanoseconds(value)?.cmp(&nanoseconds(wanted)?))
}

/// Nanoseconds since 1970 of a date: seconds since then, or a W3C profile of ISO 8601, from `2026`
/// to `2026-11-24T03:39:07.5+01:00`.
fn nanoseconds(text: &str) -> Option<i128> {
    const SECOND: i128 = 1_000_000_000;
    let text = text.trim();
    // Four digits are a year: as seconds they would be in the first hours of 1970.
    if text.len() != 4
        && let Ok(seconds) = text.parse::<i64>()
    {
        return Some(i128::from(seconds) * SECOND);
    }
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    if parts.next().is_some() || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    if day > days_of_month(year, month) {
        return None;
    }
    let day_start = i128::from(days_since_1970(year, month, day)) * 86_400 * SECOND;
    Some(day_start + time.map_or(Some(0), nanoseconds_of_day)?)
}

/// Nanoseconds since midnight UTC of `03:39Z`, `03:39:07.5+01:00`, …
fn nanoseconds_of_day(time: &str) -> Option<i128> {
    let zone_start = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(zone_start)?;
    let offset_minutes = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => 0,
        (sign @ ("+" | "-"), offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let minutes = digits(hours, 2)? * 60 + digits(minutes, 2)?;
            if sign == "-" { -minutes } else { minutes }
        }
        _ => return None,
    };
    let mut parts = clock.split(':');
    let hours = digits(parts.next()?, 2).filter(|hours| *hours < 24)?;
    let minutes = digits(parts.next()?, 2).filter(|minutes| *minutes < 60)?;
    let (seconds, fraction) = match parts.next() {
        Some(part) => part.split_once('.').unwrap_or((part, "")),
        None => ("00", ""),
    };
    if parts.next().is_some() || fraction.len() > 9 {
        return None;
    }
    // A leap second is the last one of its minute again.
    let seconds = digits(seconds, 2).filter(|seconds| *seconds <= 60)?;
    let nanoseconds: i128 = match fraction {
        "" => 0,
        fraction => digits(&format!("{fraction:0<9}"), 9)?.into(),
    };
    let whole = (hours * 60 + minutes - offset_minutes) * 60 + seconds;
    Some(i128::from(whole) * 1_000_000_000 + nanoseconds)
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that the leap
/// day is the last one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Whether an address is in a range as `203.0.113.0/24`, or is the one named.
pub(super) fn is_in_range(address: &str, range: &str) -> bool {
    let (network, prefix) = match range.split_once('/') {
        Some((network, prefix)) => (network, Some(prefix)),
        None => (range, None),
    };
    let (Ok(address), Ok(network)) = (address.parse::<IpAddr>(), network.parse::<IpAddr>()) else {
        return false;
    };
    let (address, network, width): (u128, u128, u32) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (address.to_bits().into(), network.to_bits().into(), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let prefix = match prefix {
        None => Some(width),
        Some(text) => Some(text).filter(is_number).and_then(|it| it.parse().ok()),
    };
    let Some(free) = prefix.and_then(|prefix| width.checked_sub(prefix)) else {
        return false;
    };
    // A shift by all 128 bits leaves nothing to compare.
    (address ^ network).checked_shr(free).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_in_ranges() {
        for (address, range) in [
            ("203.0.113.7", "203.0.113.0/24"),
            ("203.0.113.7", "203.0.113.99/24"),
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7", "0.0.0.0/0"),
            ("2001:db8::1", "2001:db8::/32"),
            ("2001:db8::1", "::/0"),
        ] {
            assert!(is_in_range(address, range), "{address} {range}");
        }
        for (address, range) in [
            ("203.0.112.255", "203.0.113.0/24"),
            ("203.0.113.7", "203.0.113.0/33"),
            ("203.0.113.7", "203.0.113.0/+8"),
            ("203.0.113.7", "::/0"),
            ("2001:db9::1", "2001:db8::/32"),
            ("203.0.113.7", "203.0.113"),
        ] {
            assert!(!is_in_range(address, range), "{address} {range}");
        }
    }

    #[test]
    fn dates_have_several_forms() {
        for (one, other) in [
            ("2013-06-30T00:00:00Z", "1372550400"),
            ("2013-06-30", "1372550400"),
            ("2013-06", "2013-06-01T00:00Z"),
            ("2013", "2013-01-01T00:00:00.000Z"),
            ("1970-01-01T01:30:00+01:30", "0"),
            ("2000-02-29T23:59:59.5-01:00", "2000-03-01T00:59:59.500Z"),
            ("1969-12-31T23:59:59Z", "-1"),
        ] {
            assert_eq!(compare_dates(one, other), Some(Ordering::Equal), "{one}");
        }
        for none in [
            "2013-13-01",
            "2013-02-29",
            "2013-6-30",
            "soon",
            "2013-06-30T00:00",
        ] {
            assert_eq!(compare_dates(none, "0"), None, "{none}");
        }
        assert_eq!(
            compare_dates("2013-06-30T00:00:01Z", "2013-06-30"),
            Some(Ordering::Greater)
        );
    }

    #[test]
    fn numbers_are_decimal() {
        assert_eq!(compare_numbers("10", "9"), Some(Ordering::Greater));
        assert_eq!(compare_numbers("1.50", "1.5"), Some(Ordering::Equal));
        assert_eq!(
            compare_numbers("9007199254740993", "9007199254740992"),
            Some(Ordering::Greater)
        );
        assert_eq!(compare_numbers("ten", "9"), None);
        assert_eq!(compare_numbers("inf", "9"), None);
    }
}
