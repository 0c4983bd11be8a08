//! Days of the civil calendar as plain numbers.

/// Days from 1970-01-01 to a date of the Gregorian calendar (the era algorithm of Howard Hinnant's `days_from_civil`).
pub fn day_number(year: i32, month: u8, day: u8) -> i32 {
    let month = i32::from(month.clamp(1, 12));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::day_number;

    #[test]
    fn counts_days() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2000, 3, 1), 11_017);
        assert_eq!(day_number(2026, 3, 2) - day_number(2026, 2, 27), 3);
    }
}
