import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoLedger
import RialtoText
import RialtoValues

/// The actions of one instrument as events of a run.
package struct RunActions {
    let instrument: Instrument
    let index: Int
    let record: InstrumentRecord
    let adjust: AdjustRule
    /// By which splits are taken out of dividends; nil where they are not.
    let adjustment: Adjustment?

    /// What happens to a run's instruments in its time, see ``RunData/actions()``; opens its data.
    package static func all(of run: RunFile) throws(BacktestError) -> [InstrumentEvent] {
        try RunData(run).actions()
    }

    /// The events from `start` on (nil for all) and before `end`, in order.
    ///
    /// An instrument that is halted or delisted when the run begins is so from its first instant.
    func events(from start: Int64?, before end: Int64?) throws(BacktestError) -> [InstrumentEvent] {
        var events: [InstrumentEvent] = [], halt: InstrumentAction?, ended: InstrumentAction?
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
    ) throws(BacktestError) -> InstrumentEvent? {
        guard let change = try change(action) else { return nil }
        return InstrumentEvent(time_ns: time_ns, instrument: index, change: change)
    }

    private func change(_ action: InstrumentAction) throws(BacktestError) -> InstrumentEvent.Change?
    {
        switch action.change {
        case .split(let numerator, let denominator):
            return adjust == .none ? .split(numerator: numerator, denominator: denominator) : nil
        case .dividend(let amount):
            guard adjust != .all else { return nil }
            let perUnit = adjustment?.dividend(amount, at: action.time_ns) ?? amount
            return perUnit > 0 ? .dividend(perUnit: perUnit) : nil
        case .funding(let rate): return .funding(Rate(e9: rate))
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
