import RialtoValues

/// What is known of an instrument beside its series: its trading hours and what happened to it.
package struct InstrumentRecord: Equatable, Sendable {
    /// `Instrument.name`: it stays the same however often the ticker changes.
    package let instrument: String
    package let calendar: TradingCalendar
    /// In order of time, and at one time in that of ``InstrumentAction/names``.
    package let actions: [InstrumentAction]

    /// - Throws: ``HistoryError`` of kind `option` for actions that cannot all be true.
    package init(
        _ instrument: String, calendar: TradingCalendar, actions: [InstrumentAction]
    ) throws(HistoryError) {
        self.instrument = instrument
        self.calendar = calendar
        self.actions = actions.sorted {
            ($0.time_ns, $0.rank, $0.value) < ($1.time_ns, $1.rank, $1.value)
        }
        try check()
    }

    /// What is true of an instrument of which nothing was recorded.
    package init(unknown instrument: String) {
        self.instrument = instrument
        calendar = .always
        actions = []
    }

    /// The same with other actions in place of those that `isReplaced` names.
    package func replacing(
        _ new: [InstrumentAction], where isReplaced: (InstrumentAction) -> Bool
    ) throws(HistoryError) -> InstrumentRecord {
        try InstrumentRecord(
            instrument, calendar: calendar, actions: actions.filter { !isReplaced($0) } + new)
    }

    /// The same with what happened up to `time_ns` alone, that instant included.
    package func known(at time_ns: Int64) throws(HistoryError) -> InstrumentRecord {
        try InstrumentRecord(
            instrument, calendar: calendar, actions: actions.filter { $0.time_ns <= time_ns })
    }

    /// Whether trading had ended for good at `time_ns`.
    package func isDelisted(at time_ns: Int64) -> Bool {
        guard let last = actions.last, case .settlement = last.change else { return false }
        return last.time_ns <= time_ns
    }

    /// The ticker by which it went at `time_ns`, known without what came later.
    ///
    /// Without a listing or a change of name before, it is what stands before `/` in its name.
    package func ticker(at time_ns: Int64) -> String {
        for action in actions.reversed() where action.time_ns <= time_ns {
            switch action.change {
            case .listing(let name) where !name.isEmpty: return name
            case .rename(_, let new): return new
            default: continue
            }
        }
        // Before its first change of name it went by the old one.
        for action in actions { if case .rename(let old, _) = action.change { return old } }
        return parts.base
    }

    /// The instrument's name with the ticker of that time in place of its base: `QQQQ/USD`.
    package func name(at time_ns: Int64) -> String { ticker(at: time_ns) + parts.rest }

    /// What is before the first `/` of the name, and the rest with it.
    private var parts: (base: String, rest: String) {
        let base = instrument.prefix { $0 != "/" }
        return (String(base), String(instrument.dropFirst(base.count)))
    }

    // MARK: What cannot be

    private func check() throws(HistoryError) {
        var halted = false
        for (index, action) in actions.enumerated() {
            try Self.check(action)
            if index > 0, Self.isTwice(actions[index - 1], action) {
                throw Self.refused(action, "two of one sort at one time", "one \(action.name)")
            }
            switch action.change {
            case .listing where index > 0:
                throw Self.refused(action, "something happened before it was listed", "it first")
            case .settlement where index + 1 < actions.count:
                let next = actions[index + 1]
                throw Self.refused(next, "it happened after the delisting", "nothing then")
            case .halt, .resume:
                let isHalt = action.change == .halt
                guard halted != isHalt else {
                    throw Self.refused(
                        action, "it \(isHalt ? "was" : "was not") halted already",
                        "halt and resume by turns")
                }
                halted = isHalt
            default: break
            }
        }
    }

    /// Whether both cannot be: only dividends, of different amounts, come together.
    private static func isTwice(_ one: InstrumentAction, _ other: InstrumentAction) -> Bool {
        guard one.time_ns == other.time_ns, one.rank == other.rank else { return false }
        if case .dividend = one.change { return one.change == other.change }
        return true
    }

    private static func check(_ action: InstrumentAction) throws(HistoryError) {
        switch action.change {
        case .listing(let name): try check(ticker: name, action, isEmptyAllowed: true)
        case .rename(let old, let new):
            try check(ticker: old, action, isEmptyAllowed: false)
            try check(ticker: new, action, isEmptyAllowed: false)
            guard old != new else { throw refused(action, "both names are the same", "two names") }
        case .dividend(let amount):
            guard (1...amountMax).contains(amount) else {
                throw refused(action, "its amount is out of range", "above 0, to 10^12")
            }
        case .split(let numerator, let denominator):
            let isRatio = [numerator, denominator].allSatisfy { (1...1_000_000_000).contains($0) }
            guard isRatio, numerator != denominator else {
                throw refused(action, "its ratio is out of range", "1 to 10^9, not 1:1")
            }
        case .funding(let rate):
            guard (-1_000_000_000...1_000_000_000).contains(rate) else {
                throw refused(action, "its rate is out of range", "-1 to 1")
            }
        case .settlement(let price):
            guard price.map({ (1...amountMax).contains($0) }) ?? true else {
                throw refused(action, "its price is out of range", "above 0, to 10^12, or none")
            }
        case .halt, .resume: break
        }
    }

    /// 10^12 of a currency, in 10^-18.
    private static let amountMax: Int128 = 1_000_000_000_000_000_000_000_000_000_000

    private static func check(
        ticker: String, _ action: InstrumentAction, isEmptyAllowed: Bool
    ) throws(HistoryError) {
        let isPlain = ticker.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        guard isPlain, ticker.utf8.count <= 32, isEmptyAllowed || !ticker.isEmpty else {
            throw refused(action, "a name cannot be stored", "1 to 32 letters, digits and - . _")
        }
    }

    private static func refused(
        _ action: InstrumentAction, _ why: String, _ allowed: String
    ) -> HistoryError {
        HistoryError(
            .option, "an instrument's actions cannot all be true: " + why, field: action.name,
            found: [UnixTime.text(action.time_ns), action.value].filter { !$0.isEmpty }
                .joined(separator: " "), allowed: allowed)
    }
}
