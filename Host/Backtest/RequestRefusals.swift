import Synchronization

/// Requests of one strategy that were refused before anybody was asked.
package struct RequestRefusal: Equatable, Sendable {
    /// Account and id of the strategy.
    package let asker: String
    package let count: Int
    /// Why the first of them was.
    package let reason: String
}

/// What was refused in a run. Strategies of several accounts tell it at once.
final class RequestRefusals: Sendable {
    private let kept = Mutex<[String: RequestRefusal]>([:])

    func tell(_ asker: String, _ reason: String) {
        kept.withLock { kept in
            let known = kept[asker]
            kept[asker] = RequestRefusal(
                asker: asker, count: (known?.count ?? 0) + 1, reason: known?.reason ?? reason)
        }
    }

    /// By asker.
    var all: [RequestRefusal] { kept.withLock { $0.values.sorted { $0.asker < $1.asker } } }
}
