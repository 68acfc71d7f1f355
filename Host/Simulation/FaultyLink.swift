import RialtoExecution
import RialtoValues

/// What goes wrong between a venue and its host.
package struct LinkFaults: Equatable, Sendable {
    /// Shares of messages in 10^-9.
    package var lost_e9: Int64 = 120_000_000
    package var doubled_e9: Int64 = 120_000_000
    /// Share of the orders that the venue refused which it never got at all, in 10^-9.
    package var vanished_e9: Int64 = 500_000_000
    /// Longest way of a message, so that messages overtake each other.
    package var delayMax_ns: Int64 = 180_000_000_000
    /// After so long without an answer an order is unknown and is asked for.
    package var patience_ns: Int64 = 300_000_000_000

    package init() {}
}

/// How much went over a link, and what became of it.
package struct LinkCounts: Equatable, Sendable {
    package var messages = 0
    package var lost = 0
    package var doubled = 0
    package var overtaken = 0
    package var vanished = 0
    package var unknown = 0
    package var asked = 0
    package var missed = 0

    package init() {}
}

/// One order as the venue has it.
struct TrueOrder {
    let account: Int
    var isKnown = true
    var end: VenueReport?
    var executions: [VenueExecution] = []

    var state: VenueOrderState {
        VenueOrderState(end: end, isKnown: isKnown, executions: executions)
    }

    var filled: Int64 { executions.reduce(0) { $0 + $1.quantity } }
}

/// What is under way on a link, by time of arrival.
struct LinkQueue {
    enum Arrival {
        case report(order: Int, VenueReport, sent: Int)
        /// Nothing was heard of an order for too long.
        case timeout(order: Int)
        /// The venue's answer to a question.
        case answer(order: Int, VenueOrderState)
    }

    private struct Entry {
        let time_ns: Int64
        let sequence: Int
        let arrival: Arrival
    }

    private var entries: [Entry] = []
    private var sequence = 0

    mutating func add(_ arrival: Arrival, at time_ns: Int64) {
        let place = entries.firstIndex { $0.time_ns > time_ns } ?? entries.count
        entries.insert(Entry(time_ns: time_ns, sequence: sequence, arrival: arrival), at: place)
        sequence += 1
    }

    /// Takes the first that has arrived by `time_ns`.
    mutating func pop(by time_ns: Int64) -> (time_ns: Int64, arrival: Arrival)? {
        guard let first = entries.first, first.time_ns <= time_ns else { return nil }
        entries.removeFirst()
        return (first.time_ns, first.arrival)
    }
}
