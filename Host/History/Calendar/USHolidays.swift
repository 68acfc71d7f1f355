/// Days on which New York's stock exchanges are closed or close early, from 1990 on.
///
/// - Source: NYSE Rule 7.2 and the exchange's list of special closings; checked in the tests with
///   the trading days of recorded prices, 1990 to 2022.
enum USHolidays {
    /// Whether a day of Monday to Friday has no session.
    static func isClosed(_ day: CivilDay) -> Bool {
        let year = day.year
        return isObserved(day, CivilDay(year, 1, 1), saturdayBefore: false)
            || (year >= 1998 && day == .nth(3, 1, year, 1))
            || day == .nth(3, 1, year, 2)
            || day == CivilDay.easter(year) + -2
            || day == .nth(0, 1, year, 6)
            || (year >= 2022 && isObserved(day, CivilDay(year, 6, 19)))
            || isObserved(day, CivilDay(year, 7, 4))
            || day == .nth(1, 1, year, 9)
            || day == .nth(4, 4, year, 11)
            || isObserved(day, CivilDay(year, 12, 25))
            || special.contains(day)
    }

    /// Minutes after midnight in New York at which a shortened day closes; nil for a whole one.
    static func earlyClose(_ day: CivilDay) -> Int64? {
        let (year, month, date) = day.parts
        // From 1993 at one o'clock, before at two.
        let hour: Int64 = year >= 1993 ? 13 * 60 : 14 * 60
        if month == 12, date == 24 { return hour }
        if year >= 1992, day == CivilDay.nth(4, 4, year, 11) + 1 { return hour }
        if year >= 1995, month == 7, isByIndependenceDay(day, year, date) { return hour }
        return shortened.contains(day) ? hour : nil
    }

    /// July 3rd before a holiday in the week; until 2012 Friday the 5th in place of Wednesday the
    /// 3rd. A 3rd on a Friday is the holiday itself.
    private static func isByIndependenceDay(_ day: CivilDay, _ year: Int64, _ date: Int64) -> Bool {
        switch date {
        case 3: [1, 2, 4].contains(day.weekday) || (day.weekday == 3 && year >= 2013)
        case 5: day.weekday == 5 && year <= 2012
        default: false
        }
    }

    /// Whether `day` is a holiday of a fixed date, or the weekday in its place.
    ///
    /// - Parameter saturdayBefore: Whether one on a Saturday is kept on the Friday before.
    private static func isObserved(
        _ day: CivilDay, _ holiday: CivilDay, saturdayBefore: Bool = true
    ) -> Bool {
        switch holiday.weekday {
        case 0: day == holiday + 1
        case 6: saturdayBefore && day == holiday + -1
        default: day == holiday
        }
    }

    /// Days of mourning, of attack and of storm.
    private static let special: Set<CivilDay> = [
        CivilDay(1994, 4, 27), CivilDay(2001, 9, 11), CivilDay(2001, 9, 12),
        CivilDay(2001, 9, 13), CivilDay(2001, 9, 14), CivilDay(2004, 6, 11),
        CivilDay(2007, 1, 2), CivilDay(2012, 10, 29), CivilDay(2012, 10, 30),
        CivilDay(2018, 12, 5), CivilDay(2025, 1, 9),
    ]

    /// Fridays and a last day of a century that closed at one o'clock beside the rule.
    private static let shortened: Set<CivilDay> = [
        CivilDay(1997, 12, 26), CivilDay(1999, 12, 31), CivilDay(2003, 12, 26),
    ]
}
