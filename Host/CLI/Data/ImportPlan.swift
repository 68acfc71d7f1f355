import RialtoHistory
import RialtoText
import RialtoValues

/// What the options of an import ask for, checked.
struct ImportPlan {
    let kind: SeriesKind
    let importer: Importer
    let csv: CSVFormat
    let numpy: NumpyFormat
    /// Options that were given and mean nothing for NumPy arrays.
    let textOptions: [String]

    init(_ invocation: Invocation) throws {
        try Mistakes.check(
            Self.missing(invocation) + ImportInstrument.withoutCurrency(invocation))
        guard let kind = SeriesKind(name: invocation.text("kind") ?? "") else {
            throw HouseMessage.wrongCall("--kind is needed")
        }
        self.kind = kind
        try Self.refuseStray(invocation, kind)
        importer = try Self.importer(invocation, kind)
        let unit = invocation.text("time-unit").flatMap { TimeUnit(rawValue: $0) }
        let venueUnit = invocation.text("venue-time-unit").flatMap { TimeUnit(rawValue: $0) }
        let columns = try Self.columns(invocation)
        csv = CSVFormat(
            columns: columns, delimiter: Self.delimiter(invocation), timeUnit: unit,
            venueTimeUnit: venueUnit, linesSkipped: invocation.integer("skip-lines") ?? 0)
        var fields: [String: String] = [:]
        if case .names(let names) = columns { fields = names }
        numpy = NumpyFormat(fields: fields, timeUnit: unit, venueTimeUnit: venueUnit)
        textOptions = ["position", "delimiter", "skip-lines"].filter(invocation.isGiven)
    }

    /// What has to be said and was not.
    private static func missing(_ invocation: Invocation) -> [HouseMessage] {
        func needs(_ name: String, _ why: String, _ help: String) -> HouseMessage? {
            if invocation.isGiven(name) { return nil }
            return .wrongCall("import needs --\(name): \(why)", help: help)
        }
        let isBars = invocation.text("kind") == "bars"
        return [
            needs("instrument", "what the rows are of", "add --instrument BTC/USD"),
            needs(
                "kind", "what a row is",
                "add --kind bars, --kind trades, or another of the kinds that --help lists"),
            isBars
                ? needs("interval", "how long one bar is", "add --interval 1m, or what it is")
                : nil,
            isBars
                ? needs(
                    "bar-time", "which end of a bar the file's times are",
                    "add --bar-time open (as most exchanges write them) or --bar-time close")
                : nil,
        ].compactMap(\.self)
    }

    private static func refuseStray(
        _ invocation: Invocation, _ kind: SeriesKind
    )
        throws(HouseMessage)
    {
        let strays = kind == .bars ? ["gap"] : ["interval", "bar-time"]
        guard let stray = strays.first(where: invocation.isGiven) else { return }
        throw .wrongCall(
            "--\(stray) was given, but \(kind.name) have none", help: "leave it out")
    }

    private static func importer(
        _ invocation: Invocation, _ kind: SeriesKind
    )
        throws(HouseMessage) -> Importer
    {
        let rules = invocation.flag("clean") ? ImportRules.clean : .strict
        guard kind == .bars else {
            let gap_ns = try invocation.length("gap") ?? .max
            return .rows(of: kind, rules: rules, gap_ns: gap_ns)
        }
        guard let interval_ns = try invocation.length("interval"),
            let time = invocation.text("bar-time").flatMap({ BarTime(rawValue: $0) })
        else { throw .wrongCall("bars need --interval and --bar-time") }
        return .bars(interval_ns: interval_ns, time: time, rules: rules)
    }

    private static func columns(_ invocation: Invocation) throws(HouseMessage) -> ColumnMap {
        let names = try pairs(invocation, "column")
        let places = try pairs(invocation, "position")
        guard !places.isEmpty else { return .names(names) }
        guard names.isEmpty else {
            throw .wrongCall(
                "--column and --position were both given",
                help: "use --column for a file with a header, --position for one without")
        }
        var positions: [String: Int] = [:]
        for (field, text) in places {
            guard let place = Int(text) else {
                throw .wrongCall(
                    "--position \(field) was \"\(text)\"; allowed is a column's number, from 1")
            }
            positions[field] = place
        }
        return .positions(positions)
    }

    /// The values `field=text` of an option; the text may be empty.
    private static func pairs(
        _ invocation: Invocation, _ name: String
    ) throws(HouseMessage)
        -> [String: String]
    {
        var pairs: [String: String] = [:]
        for text in invocation.texts(name) {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                let example = name == "column" ? "time=Date" : "time=1"
                throw .wrongCall(
                    "--\(name) was \"\(text)\"; allowed is FIELD=\(name.uppercased())",
                    help: "such as --\(name) \(example)")
            }
            pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return pairs
    }

    private static func delimiter(_ invocation: Invocation) -> CSVFormat.Delimiter {
        switch invocation.text("delimiter") {
        case "semicolon": .semicolon
        case "tab": .tab
        default: .comma
        }
    }
}

extension Invocation {
    /// Whether an option has a value, from wherever.
    func isGiven(_ name: String) -> Bool { text(name) != nil }

    /// The nanoseconds of an option that holds a length of time.
    func length(_ name: String) throws(HouseMessage) -> Int64? {
        guard let text = text(name) else { return nil }
        return try LengthOption.parse(text, "--" + name)
    }

    /// The Unix nanoseconds of an option that holds a time.
    func time(_ name: String) throws(HouseMessage) -> Int64? {
        guard let text = text(name) else { return nil }
        if let time_ns = UnixTime.parse(text.utf8) { return time_ns }
        throw .wrongCall(
            "--\(name) was \"\(text)\"; allowed is a date or time in ISO 8601",
            help: "such as 2019-01-01 or 2019-01-01T10:20:30Z; without an offset it is UTC")
    }
}
