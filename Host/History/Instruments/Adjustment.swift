import RialtoValues

/// What of an instrument's actions is taken out of its prices.
package enum PriceAdjustment: String, CaseIterable, Sendable {
    /// Prices as they were.
    case none
    /// Splits: a price is that of as many units as one has become since.
    case splits
    /// Splits and cash dividends: a return is that of who put dividends back in on the ex-date.
    case all
}

/// What the rows of a series are multiplied with, so that its actions leave no jump in them.
///
/// The newest prices stay as they are and older ones are adjusted (back-adjustment). So a **level**
/// carries factors of what came later: never compare it with a price of its time, such as a limit
/// of 5 USD. A **return** does not: factors of later actions cancel in it.
///
/// A split of n:d multiplies older prices with d/n, and quantities with n/d. A dividend multiplies
/// older prices with 1 - dividend / last close before it; that factor is kept to 18 decimals, half
/// to even. Each price and quantity is rounded once, half to even, to its unit.
package struct Adjustment: Sendable {
    /// What rows up to a time are multiplied with.
    private struct Step {
        let time_ns: Int64
        /// Of prices; quantities take the inverse.
        var split: Ratio
        /// Of prices, in 10^-18.
        var share: UInt128
    }

    private struct Ratio: Hashable {
        var up: UInt128
        var down: UInt128
    }

    /// In order of time; a row belongs to the first step that it is not later than.
    private let steps: [Step]
    /// Whether a row of exactly a step's time is before it: a bar is, a trade is not.
    private let isClosing: Bool

    private static let one: UInt128 = 1_000_000_000_000_000_000

    /// - Throws: ``HistoryError`` of kind `option` for a dividend that is not below the price
    ///   before it, a book, or more splits than 64 bits hold.
    package init(
        _ adjustment: PriceAdjustment, of series: Series, by record: InstrumentRecord
    ) throws(HistoryError) {
        isClosing = series.kind == .bars
        guard adjustment != .none else {
            steps = []
            return
        }
        let hasPrices = series.kind != .openInterest && series.kind != .gaps
        var steps: [Step] = []
        var split = Ratio(up: 1, down: 1), share = Self.one
        for action in record.actions.reversed() {
            let row = series.index(atOrAfter: action.time_ns &+ (isClosing ? 1 : 0)) - 1
            guard row >= 0 else { break }
            switch action.change {
            case .split(let numerator, let denominator):
                split = try Self.times(
                    split, UInt128(denominator), over: UInt128(numerator), action)
            case .dividend(let amount) where adjustment == .all && hasPrices:
                share = try Self.times(share, series, row, amount, action)
            default: continue
            }
            guard series.kind != .book else { throw Self.refused(action, "a book has no such") }
            steps.append(Step(time_ns: action.time_ns, split: split, share: share))
        }
        self.steps = steps.reversed()
    }

    /// Whether nothing is changed.
    package var isIdentity: Bool { steps.isEmpty }

    /// What a price of a row at `time_ns` is multiplied with, for people.
    package func priceFactor(at time_ns: Int64) -> Double {
        guard let step = step(at: time_ns) else { return 1 }
        return Double(step.split.up) / Double(step.split.down) * Double(step.share) / 1e18
    }

    /// The dividend per unit of `amount`, in the units that splits after `time_ns` have made.
    ///
    /// - Parameter amount: In 10^-18, per unit from before that time.
    /// - Returns: In 10^-18, half to even.
    package func dividend(_ amount: Int128, at time_ns: Int64) -> Int128? {
        guard let step = step(at: isClosing ? time_ns : time_ns - 1) else { return amount }
        return Self.product(amount.magnitude, step.split.up, over: step.split.down)
            .flatMap { Int128(exactly: $0) }
    }

    /// A row after the adjustment; nil when a number does not fit.
    func row(_ row: Row, _ fields: [SeriesField]) -> Row? {
        guard let step = step(at: row[0]) else { return row }
        var row = row
        for (slot, field) in fields.enumerated() {
            let value = row[slot].magnitude
            switch field.role {
            case .price, .valuation:
                if value == 0 { continue }
                guard
                    let up = Self.checked(step.split.up, step.share),
                    let down = Self.checked(step.split.down, Self.one),
                    let price = Self.product(UInt128(value), up, over: down),
                    let units = Int64(exactly: price), units > 0
                else { return nil }
                row[slot] = units
            case .quantity where value > 0:
                guard
                    let quantity = Self.product(
                        UInt128(value), step.split.down, over: step.split.up),
                    let units = Int64(exactly: quantity)
                else { return nil }
                // What was traded or offered is never nothing.
                row[slot] = max(1, units)
            default: continue
            }
        }
        return row
    }

    private func step(at time_ns: Int64) -> Step? {
        var low = 0, high = steps.count
        while low < high {
            let middle = (low + high) / 2
            let isBefore =
                isClosing
                ? time_ns <= steps[middle].time_ns : time_ns < steps[middle].time_ns
            if isBefore { high = middle } else { low = middle + 1 }
        }
        return low < steps.count ? steps[low] : nil
    }

    private static func times(
        _ ratio: Ratio, _ up: UInt128, over down: UInt128, _ action: InstrumentAction
    ) throws(HistoryError) -> Ratio {
        let product = Ratio(up: ratio.up * up, down: ratio.down * down)
        var (a, b) = (product.up, product.down)
        while b != 0 { (a, b) = (b, a % b) }
        let limit = UInt128(UInt64.max >> 1)
        guard product.up / a <= limit, product.down / a <= limit else {
            throw refused(action, "all splits together are beyond 64 bits")
        }
        return Ratio(up: product.up / a, down: product.down / a)
    }

    private static func times(
        _ share: UInt128, _ series: Series, _ row: Int, _ amount: Int128,
        _ action: InstrumentAction
    ) throws(HistoryError) -> UInt128 {
        let price = series.row(row)[Self.priceSlot(series.kind)]
        let scale = ExactDecimal.power10(18 - series.instrument.priceDecimals) ?? 1
        let close = UInt128((Int128(price) * scale).magnitude), paid = UInt128(amount.magnitude)
        guard paid < close, let next = product(share, close - paid, over: close), next > 0 else {
            throw refused(action, "the dividend is not below the price before it")
        }
        return next
    }

    /// The column that stands for the last price: of bars the close, of quotes the bid.
    private static func priceSlot(_ kind: SeriesKind) -> Int {
        switch kind {
        case .bars, .book: 4
        case .trades, .quotes, .marks: 2
        case .liquidations, .openInterest, .gaps: 3
        }
    }

    private static func checked(_ left: UInt128, _ right: UInt128) -> UInt128? {
        let (product, over) = left.multipliedReportingOverflow(by: right)
        return over ? nil : product
    }

    /// `value * up / down`, half to even, at full width; nil beyond 128 bits.
    private static func product(
        _ value: UInt128, _ up: UInt128, over down: UInt128
    ) -> UInt128? {
        let wide = value.multipliedFullWidth(by: up)
        guard wide.high < down else { return nil }
        let (quotient, rest) = down.dividingFullWidth(wide)
        let left = down - rest
        let isUp = rest > left || (rest == left && quotient & 1 == 1)
        return isUp && quotient == .max ? nil : quotient + (isUp ? 1 : 0)
    }

    private static func refused(_ action: InstrumentAction, _ why: String) -> HistoryError {
        HistoryError(
            .option, "the series cannot be adjusted: " + why, field: action.name,
            found: UnixTime.text(action.time_ns) + " " + action.value,
            help: "look at the actions with rialto data info SERIES --actions, or adjust nothing")
    }
}

extension Series {
    /// The series with its record's actions taken out of its prices, see ``Adjustment``; itself
    /// where there is nothing to take out.
    ///
    /// - Throws: What ``Adjustment`` throws, and ``HistoryError`` of kind `value` for a price that
    ///   would be less than half its unit, or a number beyond 64 bits.
    /// - Complexity: O(rows), in memory of the same size.
    package func adjusted(
        _ adjustment: PriceAdjustment, by record: InstrumentRecord
    ) throws(HistoryError) -> Series {
        let work = try Adjustment(adjustment, of: self, by: record)
        guard !work.isIdentity else { return self }
        var builder = try SeriesBuilder(definition, capacity: count)
        let fields = kind.fields
        for index in 0..<count {
            let old = row(index)
            guard let new = work.row(old, fields) else {
                throw HistoryError(
                    .value, "the series cannot be adjusted: a number does not fit its unit",
                    row: index,
                    found: UnixTime.text(old[0]) + ", factor \(work.priceFactor(at: old[0]))",
                    allowed: "prices of at least half of 10^-\(instrument.priceDecimals)",
                    help: "import the series with more --price-decimals")
            }
            try builder.append(new)
        }
        return builder.finish()
    }
}
