/// Times as text, without a calendar library.
public enum TimeText {
    /// Returns a time as ISO 8601 to the second, such as `2025-10-23T09:58:20Z`.
    ///
    /// - Parameter time_ns: Unix nanoseconds UTC, 0 or more; parts of a second are dropped.
    public static func iso(time_ns: Int64) -> String {
        let seconds = max(0, time_ns) / 1_000_000_000
        let days = seconds / 86_400, rest = seconds % 86_400
        // Days since 0000-03-01, in eras of 400 years of 146,097 days.
        let shifted = days + 719_468, era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, 2) }
        return date + "T" + clock.joined(separator: ":") + "Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
