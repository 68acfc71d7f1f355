import RialtoValues

import func Glibc.log

/// Chooses instruments by what was known at one time: bars that had closed and actions that had
/// taken effect, with the names of that time and without what had been delisted. Nothing that was
/// stored of a later time changes the answer.
package struct Screen: Sendable {
    /// What the best are the best by, largest first.
    package enum Rank: String, CaseIterable, Sendable {
        case dollarVolume = "dollar-volume"
        case volatility
        case totalReturn = "return"
    }

    /// Why an instrument was passed over, in the order in which it is asked.
    package enum Reason: String, CaseIterable, Sendable {
        case kind = "of another kind or currency"
        case noBars = "without bars of a day or less"
        case delisted = "delisted"
        case history = "with too short a history"
        case silent = "silent for too long"
        case price = "below the lowest price"
        case dollarVolume = "below the least dollar volume"
        case top = "behind the best"
    }

    /// Unix nanoseconds UTC; what closed or happened at that instant is known.
    package var at_ns: Int64
    /// Daily bars over which volume, volatility and return are measured, 2...10_000.
    package var window = 20
    /// Least count of daily bars; ``window`` and one more are needed in any case.
    package var historyMin = 0
    /// In 10^-18 of the currency; nil for any.
    package var priceMin: Int128?
    /// Mean of a day, in whole units of the currency; nil for any.
    package var dollarVolumeMin: Double?
    /// Nanoseconds since the last bar.
    package var ageMax_ns = 7 * CivilDay.length_ns
    package var rank = Rank.dollarVolume
    /// How many of the best are chosen; nil for all.
    package var top: Int?
    package var kind: InstrumentKind?
    /// Of the prices; needed where the stored instruments have several.
    package var currency: String?

    package init(at_ns: Int64) { self.at_ns = at_ns }

    /// One instrument with its measures.
    package struct Candidate: Equatable, Sendable {
        package let instrument: Instrument
        /// The instrument's name as it was then.
        package let name: String
        /// Of the last bar: when it closed, Unix nanoseconds UTC, and at what, in price units.
        package let last_ns: Int64
        package let price: Int64
        /// Mean of close * volume a day, in the currency.
        package let dollarVolume: Double
        /// Sample deviation of the daily log returns, splits and dividends taken out.
        package let volatility: Double
        /// Of the whole window, splits and dividends taken out.
        package let totalReturn: Double
        /// Daily bars that had closed.
        package let bars: Int
    }

    package struct Result: Equatable, Sendable {
        /// Best first; equals in the order of their names.
        package fileprivate(set) var chosen: [Candidate] = []
        /// How many instruments were passed over, each for the first reason that held.
        package fileprivate(set) var passed: [Reason: Int] = [:]
        /// Files that cannot be used.
        package fileprivate(set) var damaged: [HistoryError] = []
    }

    /// Screens all instruments of a folder.
    ///
    /// - Throws: ``HistoryError`` of kind `option` for prices in several currencies, `system`.
    /// - Complexity: O(instruments * window) on daily bars; finer ones are read from the start.
    package func run(_ folder: HistoryFolder) throws(HistoryError) -> Result {
        let (series, damaged) = try folder.scan()
        let (records, unusable) = try folder.records()
        let known = Dictionary(
            records.map { ($0.instrument, $0) }, uniquingKeysWith: { first, _ in first })
        var result = Result()
        result.damaged = damaged + unusable
        var candidates: [Candidate] = []
        for (name, own) in Dictionary(grouping: series, by: \.key.instrument) {
            let record = known[name] ?? InstrumentRecord(unknown: name)
            do throws(HistoryError) {
                switch try look(own, record, folder) {
                case .candidate(let candidate): candidates.append(candidate)
                case .passed(let reason): result.passed[reason, default: 0] += 1
                }
            } catch { result.damaged.append(error.inFile(folder.recordPath(name))) }
        }
        let currencies = Set(candidates.map(\.instrument.currency))
        guard currencies.count < 2 else { throw Self.mixed(currencies) }
        candidates.sort { isBefore($0, $1) }
        result.chosen = Array(candidates.prefix(top ?? candidates.count))
        let behind = candidates.count - result.chosen.count
        if behind > 0 { result.passed[.top] = behind }
        result.damaged.sort { ($0.file ?? "", $0.summary) < ($1.file ?? "", $1.summary) }
        return result
    }

    private enum Look {
        case candidate(Candidate)
        case passed(Reason)
    }

    private func look(
        _ series: [SeriesInfo], _ record: InstrumentRecord, _ folder: HistoryFolder
    ) throws(HistoryError) -> Look {
        let fits = series.filter { info in
            (kind.map { info.instrument.kind == $0 } ?? true)
                && (currency.map { info.instrument.currency == $0 } ?? true)
        }
        guard !fits.isEmpty else { return .passed(.kind) }
        // A day's own bars, or else the longest that make one.
        let bars = fits.filter { info in
            info.key.kind == .bars && CivilDay.length_ns % info.key.interval_ns == 0
        }
        guard let source = bars.max(by: { $0.key.interval_ns < $1.key.interval_ns }) else {
            return .passed(.noBars)
        }
        guard !record.isDelisted(at: at_ns) else { return .passed(.delisted) }
        let days = try days(folder.open(source.key), record.calendar)
        guard days.count > max(window, historyMin - 1), let last_ns = days.lastTime_ns else {
            return .passed(.history)
        }
        guard at_ns - last_ns <= ageMax_ns else { return .passed(.silent) }
        let candidate = try measured(days, record, last_ns)
        guard isAtPrice(candidate) else { return .passed(.price) }
        guard candidate.dollarVolume >= dollarVolumeMin ?? 0 else { return .passed(.dollarVolume) }
        return .candidate(candidate)
    }

    /// The daily bars that had closed.
    private func days(
        _ series: Series, _ calendar: TradingCalendar
    ) throws(HistoryError) -> Series {
        let next_ns = at_ns == .max ? at_ns : at_ns + 1
        let known = series.first(series.index(atOrAfter: next_ns))
        guard known.interval_ns < CivilDay.length_ns else { return known }
        let days =
            calendar == .always
            ? try known.resampled(to: CivilDay.length_ns, partialLast: .drop)
            : try known.days(of: calendar, partialLast: .drop).bars
        // The bar of a short session ends at the regular hour.
        return days.first(days.index(atOrAfter: next_ns))
    }

    private func measured(
        _ days: Series, _ record: InstrumentRecord, _ last_ns: Int64
    ) throws(HistoryError) -> Candidate {
        let adjustment = try Adjustment(.all, of: days, by: record.known(at: at_ns))
        let instrument = days.instrument, first = days.count - window - 1
        var dollars: Int128 = 0, prices: [Double] = []
        for index in first..<days.count {
            let row = days.row(index)
            prices.append(Double(row[4]) * adjustment.priceFactor(at: row[0]))
            guard index > first else { continue }
            let (product, over) = (Int128(row[4]) * Int128(row[5]))
                .multipliedReportingOverflow(by: Int128(instrument.multiplier))
            let (sum, carry) = dollars.addingReportingOverflow(over ? .max : product)
            dollars = over || carry ? .max : sum
        }
        let returns = zip(prices, prices.dropFirst()).map { log($1 / $0) }
        let mean = returns.reduce(0, +) / Double(window)
        let squares = returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        return Candidate(
            instrument: instrument, name: record.name(at: at_ns), last_ns: last_ns,
            price: days.row(days.count - 1)[4],
            dollarVolume: Self.amount(dollars, instrument) / Double(window),
            volatility: (squares / Double(window - 1)).squareRoot(),
            totalReturn: (prices.last ?? 1) / (prices.first ?? 1) - 1, bars: days.count)
    }

    /// A sum of price times quantity in the currency.
    private static func amount(_ units: Int128, _ instrument: Instrument) -> Double {
        let decimals = instrument.priceDecimals + instrument.quantityDecimals
        return (0..<decimals).reduce(Double(units)) { value, _ in value / 10 }
    }

    private func isAtPrice(_ candidate: Candidate) -> Bool {
        guard let priceMin else { return true }
        let unit = ExactDecimal.power10(18 - candidate.instrument.priceDecimals) ?? 1
        return Int128(candidate.price) * unit >= priceMin
    }

    private func isBefore(_ one: Candidate, _ other: Candidate) -> Bool {
        let (left, right) = (measure(one), measure(other))
        return left != right ? left > right : one.instrument.name < other.instrument.name
    }

    private func measure(_ candidate: Candidate) -> Double {
        switch rank {
        case .dollarVolume: candidate.dollarVolume
        case .volatility: candidate.volatility
        case .totalReturn: candidate.totalReturn
        }
    }

    private static func mixed(_ currencies: Set<String>) -> HistoryError {
        HistoryError(
            .option, "instruments that are paid in different currencies cannot be compared",
            found: currencies.sorted().map { $0.isEmpty ? "none" : $0 }.joined(separator: ", "),
            help: "name one with --currency")
    }
}
