/// Days on which CME Globex does not trade equity index futures, or stops early; Chicago time.
///
/// What closes New York closes Chicago at noon, but for New Year, Good Friday and Christmas, on
/// which it stays shut. Days that New York shortens end at a quarter past noon. On a Good Friday
/// with a report of employment it is open in the morning, on a day of mourning likewise.
///
/// - Source: CME Group, "Holiday and Trading Hours", equity products, 2015 to 2026.
enum CMEHolidays {
    /// Hours end so many minutes after midnight on a whole day.
    static let close: Int64 = 16 * 60

    /// Whether a day of Monday to Friday has no session.
    static func isClosed(_ day: CivilDay) -> Bool {
        let (_, month, date) = day.parts
        guard USHolidays.isClosed(day) else { return false }
        if isGoodFriday(day) { return !reports.contains(day) }
        // New Year and Christmas, also in a weekday's place.
        return (month == 1 && date <= 2) || (month == 12 && date >= 24)
    }

    /// Minutes after midnight at which a shortened day stops; nil for a whole one.
    static func earlyClose(_ day: CivilDay) -> Int64? {
        if reports.contains(day) { return 8 * 60 + 15 }
        if mourning.contains(day) { return 8 * 60 + 30 }
        if USHolidays.isClosed(day) { return 12 * 60 }
        return USHolidays.earlyClose(day) == nil ? nil : 12 * 60 + 15
    }

    private static func isGoodFriday(_ day: CivilDay) -> Bool {
        day == CivilDay.easter(day.year) + -2
    }

    /// Good Fridays on which employment was reported.
    private static let reports: Set<CivilDay> = [
        CivilDay(2010, 4, 2), CivilDay(2012, 4, 6), CivilDay(2015, 4, 3), CivilDay(2021, 4, 2),
        CivilDay(2023, 4, 7), CivilDay(2026, 4, 3),
    ]

    private static let mourning: Set<CivilDay> = [CivilDay(2018, 12, 5), CivilDay(2025, 1, 9)]
}
