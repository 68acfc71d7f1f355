import RialtoValues

/// Times as feeds write them.
enum FeedTime {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    /// Hours by which zones with a name are away from UTC.
    private static let zones: [String: Int64] = [
        "gmt": 0, "ut": 0, "utc": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
        "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    ]

    /// Unix nanoseconds UTC; nil when the text is no time.
    ///
    /// - Source: RFC 822 section 5 with years of four digits (RSS), RFC 3339 (Atom, JSON Feed).
    static func parse(_ text: String) -> Int64? {
        let text = PlainText.line(text)
        if let time = UnixTime.parse(Array(text.uppercased().utf8)) { return time }
        return mail(text)
    }

    /// `Tue, 10 Jun 2003 04:00:00 GMT`; the weekday, the seconds and the zone may be missing.
    private static func mail(_ text: String) -> Int64? {
        var words = text.lowercased().split { $0 == " " || $0 == "," }.map(String.init)
        if let first = words.first, first.first?.isLetter ?? false { words.removeFirst() }
        guard words.count >= 4, let day = number(words[0], 1...31),
            let month = months.firstIndex(where: { words[1].hasPrefix($0) }),
            let year = year(words[2]), let clock = clock(words[3]),
            let offset = words.count > 4 ? zone(words[4]) : 0
        else { return nil }
        let date = CivilDay(year, Int64(month) + 1, day)
        guard CivilDay.all.contains(date), date.parts.day == day else { return nil }
        return date.start_ns + (clock - offset) * UnixTime.second
    }

    private static func year(_ text: String) -> Int64? {
        guard let value = number(text, 0...2200) else { return nil }
        if text.count == 4 { return value >= 1900 ? value : nil }
        return text.count == 2 ? (value < 70 ? 2000 + value : 1900 + value) : nil
    }

    /// Seconds of the day.
    private static func clock(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3, let hour = number(parts[0], 0...23),
            let minute = number(parts[1], 0...59),
            let second = parts.count == 3 ? number(parts[2], 0...60) : 0
        else { return nil }
        return hour * 3600 + minute * 60 + min(second, 59)
    }

    /// Seconds by which a zone is before UTC.
    private static func zone(_ text: String) -> Int64? {
        if let hours = zones[text] { return hours * 3600 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = String(text.dropFirst().filter { $0 != ":" })
        guard digits.count == 4, let value = number(digits, 0...1400), value % 100 < 60 else {
            return nil
        }
        return (sign == "-" ? -1 : 1) * (value / 100 * 3600 + value % 100 * 60)
    }

    private static func number(_ text: String, _ allowed: ClosedRange<Int64>) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int64(text), allowed.contains(value)
        else { return nil }
        return value
    }
}
