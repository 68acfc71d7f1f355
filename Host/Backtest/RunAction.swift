import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoLedger
import RialtoText
import RialtoValues

/// What happens to an instrument of a run beside its prices.
package struct RunAction: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        /// `denominator` units of base become `numerator`.
        case split(numerator: Int64, denominator: Int64)
        /// In 10^-18 of the currency per whole unit of base.
        case dividend(perUnit: Int128)
        /// Share of the position's value that who is long pays, in 10^-9.
        case funding(rate_e9: Int64)
        /// Trading ends at a price in the instrument's price units; 0 stands for the last one.
        case settlement(price: Int64)
        case halt
        case resume
    }

    /// Unix nanoseconds UTC.
    package let time_ns: Int64
    /// Index of the instrument in the run.
    package let instrument: Int
    package let change: Change

    package init(time_ns: Int64, instrument: Int, _ change: Change) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.change = change
    }

    /// The same as the engine knows it.
    var event: InstrumentEvent {
        let same: InstrumentEvent.Change =
            switch change {
            case .split(let numerator, let denominator):
                .split(numerator: numerator, denominator: denominator)
            case .dividend(let perUnit): .dividend(perUnit: perUnit)
            case .funding(let rate_e9): .funding(Rate(e9: rate_e9))
            case .settlement(let price): .settlement(price: price)
            case .halt: .halt
            case .resume: .resume
            }
        return InstrumentEvent(time_ns: time_ns, instrument: instrument, change: same)
    }

    /// The actions of a run's instruments in its time, see ``RunData/actions()``; opens its data.
    package static func all(of run: RunFile) throws(BacktestError) -> [RunAction] {
        try RunData(run).actions()
    }
}

/// The actions of one instrument as events of a run.
struct RunActions {
    let instrument: Instrument
    let index: Int
    let record: InstrumentRecord
    let adjust: AdjustRule
    /// By which splits are taken out of dividends; nil where they are not.
    let adjustment: Adjustment?

    /// The events from `start` on (nil for all) and before `end`, in order.
    ///
    /// An instrument that is halted or delisted when the run begins is so from its first instant.
    func events(from start: Int64?, before end: Int64?) throws(BacktestError) -> [RunAction] {
        var events: [RunAction] = [], halt: InstrumentAction?, ended: InstrumentAction?
        for action in record.actions where end.map({ action.time_ns < $0 }) ?? true {
            guard let start, action.time_ns < start else {
                if let event = try event(action, at: action.time_ns) { events.append(event) }
                continue
            }
            switch action.change {
            case .halt: halt = action
            case .resume: halt = nil
            case .settlement: ended = action
            default: continue
            }
        }
        guard let start, let before = ended ?? halt, let event = try event(before, at: start)
        else { return events }
        return [event] + events
    }

    private func event(
        _ action: InstrumentAction, at time_ns: Int64
    ) throws(BacktestError) -> RunAction? {
        guard let change = try change(action) else { return nil }
        return RunAction(time_ns: time_ns, instrument: index, change)
    }

    private func change(_ action: InstrumentAction) throws(BacktestError) -> RunAction.Change? {
        switch action.change {
        case .split(let numerator, let denominator):
            return adjust == .none ? .split(numerator: numerator, denominator: denominator) : nil
        case .dividend(let amount):
            guard adjust != .all else { return nil }
            let perUnit = adjustment?.dividend(amount, at: action.time_ns) ?? amount
            return perUnit > 0 ? .dividend(perUnit: perUnit) : nil
        case .funding(let rate): return .funding(rate_e9: rate)
        case .halt: return .halt
        case .resume: return .resume
        case .settlement(let price): return .settlement(price: try units(price, action))
        case .listing, .rename: return nil
        }
    }

    /// A price of 10^-18 in the instrument's units, exactly; 0 for none.
    private func units(
        _ price: Int128?, _ action: InstrumentAction
    ) throws(BacktestError) -> Int64 {
        guard let price else { return 0 }
        let unit = ExactDecimal.power10(18 - instrument.priceDecimals) ?? 1
        guard price % unit == 0, let units = Int64(exactly: price / unit) else {
            throw BacktestError(
                HouseMessage(
                    "the settlement price of \(instrument.name) does not fit its price decimals",
                    details: [
                        .init("found", action.value),
                        .init("allowed", "\(instrument.priceDecimals) decimals"),
                    ], help: "import its series with more --price-decimals, or correct the action"))
        }
        return units
    }
}
