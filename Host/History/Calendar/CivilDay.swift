/// A day of the calendar without a time zone.
package struct CivilDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let number: Int64

    package init(number: Int64) { self.number = number }

    /// The day of the proleptic Gregorian calendar.
    ///
    /// - Parameters:
    ///   - month: 1...12.
    ///   - day: 1...31; one beyond the month's end is counted on into the next.
    /// - Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
    package init(_ year: Int64, _ month: Int64, _ day: Int64) {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
    }

    /// The UTC day in which `time_ns`, Unix nanoseconds, lies.
    package init(containing time_ns: Int64) {
        let rest = ((time_ns % Self.length_ns) + Self.length_ns) % Self.length_ns
        number = time_ns / Self.length_ns - (rest != 0 && time_ns < 0 ? 1 : 0)
    }

    /// Nanoseconds of a day of UTC.
    package static let length_ns: Int64 = 86_400_000_000_000

    /// Days that have a time in 64 bits of nanoseconds, a day less at both ends.
    package static let all = CivilDay(number: -106_750)...CivilDay(number: 106_750)

    /// Year, month 1...12, day 1...31.
    /// - Source: the same.
    package var parts: (year: Int64, month: Int64, day: Int64) {
        let z = number + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package var year: Int64 { parts.year }

    /// 0 Sunday ... 6 Saturday.
    package var weekday: Int64 { (((number + 4) % 7) + 7) % 7 }

    /// Midnight UTC at its beginning, Unix nanoseconds. The day is one of ``all``.
    package var start_ns: Int64 { number * Self.length_ns }

    /// `2020-08-31`.
    package var text: String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let (year, month, day) = parts
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
    }

    package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }

    package static func + (day: CivilDay, count: Int64) -> CivilDay {
        CivilDay(number: day.number + count)
    }

    /// The `count`-th (from 1) `weekday` of a month; for 0 the last one of the month before.
    static func nth(_ count: Int64, _ weekday: Int64, _ year: Int64, _ month: Int64) -> CivilDay {
        let first = CivilDay(year, month, 1)
        let ahead = (weekday - first.weekday + 7) % 7
        return first + (ahead + 7 * (count - 1))
    }

    /// Sunday of Easter in the Gregorian calendar.
    /// - Source: the anonymous Gregorian computus (Nature, 1876).
    static func easter(_ year: Int64) -> CivilDay {
        let a = year % 19, b = year / 100, c = year % 100
        let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
        let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7
        let f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114
        return CivilDay(year, f / 31, f % 31 + 1)
    }
}
