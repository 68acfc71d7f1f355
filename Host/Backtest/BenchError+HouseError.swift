import RialtoEngine
import RialtoText
import RialtoValues

extension BenchError: HouseError {
    package var messages: [HouseMessage] {
        switch self {
        case .history(let error): error.houseMessages
        case .plugin(let error): error.messages
        case .answer(let plugin, let reason): [HouseMessage("\(plugin) was ended: \(reason)")]
        case .engine(let error): error.messages
        }
    }
}

extension EngineError: HouseError {
    /// The failure in the house form.
    package var messages: [HouseMessage] {
        switch self {
        case .instrument(let name, let error):
            [
                HouseMessage(
                    "instrument refused: \(name) cannot be valued (\(error))",
                    help:
                        "fewer decimals or a smaller multiplier leave room; inverse contracts are "
                        + "not supported")
            ]
        case .roundsWithoutEnd(let time, let rounds):
            [
                HouseMessage(
                    "run stopped: \(rounds) rounds of reports at one time, allowed are 16",
                    details: [.init("time", UnixTime.text(time))],
                    help:
                        "a strategy answers each report with a new order; let it wait for a later "
                        + "event")
            ]
        case .ledger(let error, let time):
            [
                HouseMessage(
                    "run stopped: an amount does not fit the exact numbers (\(error))",
                    details: [.init("time", UnixTime.text(time))],
                    help: "use smaller quantities, or fewer decimals for the instrument")
            ]
        case .request(let instance, let reason, let time):
            [
                HouseMessage(
                    "run stopped: \(reason)",
                    details: [.init("strategy", instance), .init("time", UnixTime.text(time))],
                    help: "record the run again, with requests.mode: record; or let what is not "
                        + "recorded go unanswered, with requests.unknown: unanswered")
            ]
        case .exchange(let difference, let time):
            [
                HouseMessage(
                    "run stopped: the exchange plugin understood the venue wrongly: \(difference)",
                    details: [.init("time", UnixTime.text(time))],
                    help: "mend the plugin's decoder, or run without venue.plugin")
            ]
        case .order(let number, let time):
            [
                HouseMessage(
                    "run stopped: order \(number) does not fit what the venue said of it",
                    details: [.init("time", UnixTime.text(time))],
                    help: "this is a bug of the host: please report it with the run file")
            ]
        }
    }
}
