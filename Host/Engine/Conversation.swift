import RialtoMatching
import RialtoOrders
import RialtoValues

/// A message under way between host and venue, or the host's clock for one. `key` is the
/// conversation: the number of the order with which it began.
enum Mail {
    /// An order reaches the venue, which takes it before `until_ns` only.
    case order(key: Int, until_ns: Int64)
    case cancel(key: Int, OrderReason)
    case replace(key: Int, ReplaceMessage)
    /// The venue's `index`-th word reaches the host.
    case word(key: Int, index: Int)
    /// The host looks whether an answer is overdue.
    case ask(key: Int, isRepeated: Bool)
    /// The host's question reaches the venue.
    case question(key: Int, asked_ns: Int64)
    /// The answer: the venue had said `count` words by then.
    case answer(key: Int, count: Int, asked_ns: Int64)
}

/// What a replace asks for; 0 keeps what is.
struct ReplaceMessage {
    /// Tells its copies from other messages.
    let id: Int
    let price: Int64
    let trigger: Int64
    let quantity: Int64
    let until_ns: Int64
}

/// One thing that the venue says of an order.
struct VenueWord {
    enum What {
        case accepted
        case ended(OrderEvent, OrderReason)
        case executed(fill: Int, price: Int64, quantity: Int64)
        /// The order was taken off for one with these terms.
        case replaced(Order.Terms, number: Int)
        case replaceRefused(OrderReason)

        /// As it is recorded: see `RecordKind.message`.
        var recorded: (Int64, Int64) {
            switch self {
            case .accepted: (1, -1)
            case .ended(.canceled, _): (2, Int64(OrderState.canceled.rawValue))
            case .ended(.expired, _): (2, Int64(OrderState.expired.rawValue))
            case .ended: (2, Int64(OrderState.rejected.rawValue))
            case .executed(let fill, _, _): (3, Int64(fill))
            case .replaced(_, let number): (4, Int64(number))
            case .replaceRefused(let reason): (5, Int64(reason.rawValue))
            }
        }
    }

    let what: What
    /// The order that it is about.
    let number: Int
    let venueTime_ns: Int64
    /// How often the order had been replaced before.
    let generation: Int
    /// What each instance is told of an execution.
    let fills: [(instance: Int, report: FillReport)]
    /// What the host comes to know of each instance's part of it.
    let booked: [BookedFill]
    var isHeard = false

    /// Whether the host knows the order's end without it.
    var isImplied: Bool {
        switch what {
        case .accepted, .replaceRefused: true
        case .ended, .executed, .replaced: false
        }
    }
}

/// What the venue has said of an order and of those that replaced it, and what the host has heard.
struct Conversation {
    let account: Int
    /// The order as the venue has it now.
    var slot: Int
    var number: Int
    /// Place and number of the parent whose child it is; -1 of any other order.
    let parent: (index: Int, number: Int)
    var hasReachedVenue = false
    var words: [VenueWord] = []
    /// How often the order was replaced at the venue.
    var generation = 0
    /// Identities of replaces that the venue has read.
    var replaces: [Int] = []

    /// The order as the host knows it.
    var known: TrackedOrder
    /// How often it was replaced as far as the host knows.
    var knownGeneration = 0
    /// What its owner was told last.
    var told = (state: OrderState.submitted, filled: Int64(0))
    /// When a cancel, and a replace, last left without having been answered; nil when none did.
    var cancelSent_ns: Int64?
    /// Why it is to be canceled.
    var cancelReason = OrderReason.none
    var replaceSent_ns: Int64?
    /// How long the host waits until it asks again.
    var pause_ns: Int64

    /// Whether the host knows all that it needs, once the order has ended.
    var isWhole: Bool { words.allSatisfy { $0.isHeard || $0.isImplied } }

    /// Whether the venue found that it exceeds what there is to reduce.
    var isTakenOff: Bool {
        words.contains { word in
            guard case .ended(_, .position) = word.what else { return false }
            return true
        }
    }

    /// Numbers of the order and of those that have replaced it.
    func numbers(since first: Int) -> [Int] {
        words.reduce(into: [first]) { numbers, word in
            if case .replaced(_, let number) = word.what { numbers.append(number) }
        }
    }

    /// What has been executed and the host has not heard, in quantity units.
    var unheard: Int64 {
        words.reduce(0) { sum, word in
            guard !word.isHeard, case .executed(_, _, let quantity) = word.what else { return sum }
            return sum + quantity
        }
    }
}

/// All conversations of a run, for venues whose messages meet faults.
struct Correspondence {
    var lines: [FaultyLine]
    let patience_ns: Int64
    var conversations: [Int: Conversation] = [:]
    /// The conversation about an order, by the order's number.
    var keys: [Int: Int] = [:]
    /// What arrives at the present time, until it is safe to read it.
    var inbox: [Mail] = []
    /// Fills of an execution that is being booked.
    var fills: [(instance: Int, report: FillReport)] = []
    var booked: [BookedFill] = []
    /// Cash that was free before it, by book.
    var freeBefore: [Int: Int128] = [:]
    var isBooking = false
    /// The conversation about an order that another is about to replace.
    var replacing: Int?
    /// Messages so far that have an identity of their own.
    var messages = 0

    /// The longest pause between two questions, in patiences.
    static let pauseMax: Int64 = 64

    init(_ setup: EngineSetup) {
        patience_ns = setup.venue.faults.patience_ns
        lines = setup.accounts.indices.map {
            FaultyLine(
                setup.venue.faults, seed: setup.venue.seed, index: setup.accounts[$0].line ?? $0)
        }
    }
}
