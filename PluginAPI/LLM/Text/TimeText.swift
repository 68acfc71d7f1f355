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

    /// Returns the Unix nanoseconds UTC of a time such as `2025-10-23T09:58:20Z`, or of the end of
    /// a day such as `2025-10-23`; nil of anything else, and of what is before 1970.
    public static func end(of text: String) -> Int64? {
        let isDay = text.utf8.count == 10, whole = isDay ? text + "T00:00:00Z" : text
        let fields = whole.utf8.split(omittingEmptySubsequences: false) { "-T:Z".utf8.contains($0) }
        let numbers = fields.dropLast().compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 6, (1970...2262).contains(numbers[0]) else { return nil }
        // Days before the year, then steps of a day until the date is met: at most 366 of them.
        let year = numbers[0] - 1, before = year * 365 + year / 4 - year / 100 + year / 400
        let clock = (numbers[3] * 60 + numbers[4]) * 60 + numbers[5]
        let found = (0..<366).lazy.map { day in
            (before - 719_162 + day) * 86_400 + clock
        }.first { iso(time_ns: $0 * 1_000_000_000) == whole }
        return found.map { ($0 + (isDay ? 86_400 : 0)) * 1_000_000_000 }
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
