import RialtoHistory
import RialtoText

/// The words by which a user names a series: `BTC/USD`, or `BTC/USD bars 1m` where there are more.
struct SeriesName {
    /// The argument's definition; it takes the words that `data list` shows.
    static func argument(isRequired: Bool = true) -> Argument {
        Argument(
            "series", .text("SERIES"), "instrument, and kind and interval where it has several",
            isRequired: isRequired, repeats: true)
    }

    let instrument: String
    let kind: SeriesKind?
    let interval_ns: Int64?
    private let text: String

    /// - Parameter words: One or more; a word may hold blanks.
    init(_ words: [String]) throws(HouseMessage) {
        let parts = words.joined(separator: " ").split(separator: " ").map(String.init)
        text = parts.joined(separator: " ")
        guard let first = parts.first, parts.count <= 3 else {
            throw .wrongCall(
                "\"\(text)\" names no series",
                help: "write instrument, kind and interval, such as BTC/USD bars 1m")
        }
        instrument = first
        kind = try parts.count > 1 ? Self.kind(parts[1]) : nil
        interval_ns = try parts.count > 2 ? LengthOption.parse(parts[2], "the interval") : nil
    }

    private static func kind(_ word: String) throws(HouseMessage) -> SeriesKind {
        if let kind = SeriesKind(name: word) { return kind }
        let names = SeriesKind.allCases.map(\.name)
        throw .wrongCall(
            "\"\(word)\" is no kind of series; allowed is \(names.joined(separator: ", "))",
            help: Suggestion.help(for: word, among: names))
    }

    /// The one series of `folder` that the words name.
    func found(in folder: HistoryFolder) throws -> SeriesInfo {
        let (all, damaged) = try folder.scan()
        let fits = all.filter { isMeant($0.key) }
        if fits.count == 1 { return fits[0] }
        guard let first = fits.first else {
            throw damaged.first(where: isMeant) ?? missing(all, folder) as any Error
        }
        throw HouseMessage(
            "\"\(text)\" names \(fits.count) series",
            details: [.init("found", fits.map(\.key.text).joined(separator: ", "))],
            help: "name one of them in full, such as \(first.key.text)", cause: .calledWrongly)
    }

    private func isMeant(_ key: SeriesKey) -> Bool {
        key.instrument == instrument && (kind == nil || key.kind == kind)
            && (interval_ns == nil || key.interval_ns == interval_ns)
    }

    /// Whether an error is about the file of a series that the words mean.
    private func isMeant(_ error: HistoryError) -> Bool {
        let name = error.file?.split(separator: "/").last.map(String.init) ?? ""
        return SeriesKey(fileName: name).map(isMeant) ?? false
    }

    private func missing(_ all: [SeriesInfo], _ folder: HistoryFolder) -> HouseMessage {
        let own = all.filter { $0.key.instrument == instrument }
        let near = Suggestion.help(for: instrument, among: all.map(\.key.instrument))
        let help =
            all.isEmpty
            ? "the folder holds no series; name another with --data, or import one"
            : own.isEmpty ? near : ""
        var details = [HouseMessage.Detail("folder", folder.path)]
        if !own.isEmpty {
            details.append(.init("found", own.map(\.key.text).joined(separator: ", ")))
        }
        return HouseMessage(
            "there is no series \(text)", details: details,
            help: help.isEmpty ? "see what there is with rialto data list" : help)
    }
}

/// Lengths of time on the command line.
enum LengthOption {
    /// Returns nanoseconds, above 0.
    ///
    /// - Parameter name: What the length is of, for the message.
    static func parse(_ text: String, _ name: String) throws(HouseMessage) -> Int64 {
        if let length_ns = Interval.parse(text) { return length_ns }
        throw .wrongCall(
            "\(name) was \"\(text)\"; allowed is a whole number and a unit",
            help: "such as 1m, 4h or 1d; units are ns, us, ms, s, m, h, d")
    }
}
