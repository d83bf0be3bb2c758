//! Days of the calendar, without a clock.

use std::fmt;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

impl Date {
    /// The day of a text of the form `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let is_plain = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_date = is_plain(year, 4) && is_plain(month, 2) && is_plain(day, 2);
        if !is_date || parts.next().is_some() {
            return None;
        }
        let date = Date::of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        (date.to_string() == text).then_some(date)
    }

    /// The day of a number of seconds since 1970-01-01T00:00:00Z.
    pub fn of_timestamp(seconds: i64) -> Date {
        Date {
            days: seconds.div_euclid(SECONDS_PER_DAY),
        }
    }

    /// The day that many days later.
    #[must_use]
    pub fn after_days(self, days: u32) -> Date {
        Date {
            days: self.days + i64::from(days),
        }
    }

    /// The day that many days before.
    #[must_use]
    pub fn before_days(self, days: u32) -> Date {
        Date {
            days: self.days - i64::from(days),
        }
    }

    /// <https://howardhinnant.github.io/date_algorithms.html>, `days_from_civil`.
    fn of(year: i64, month: i64, day: i64) -> Date {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Date {
            days: era * 146_097 + day_of_era - 719_468,
        }
    }
}

impl fmt::Display for Date {
    /// As `YYYY-MM-DD`; the page named above, `civil_from_days`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        for text in ["1970-01-01", "2000-02-29", "2026-11-24", "2099-12-31"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "26-01-01",
            "2026-1-1",
            "2026-01-01-",
            "",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        let date = Date::of_timestamp(1_795_478_400);
        assert_eq!(date.to_string(), "2026-11-24");
        assert_eq!(date.after_days(38).to_string(), "2027-01-01");
        assert_eq!(date.before_days(24).to_string(), "2026-10-31");
    }
}
