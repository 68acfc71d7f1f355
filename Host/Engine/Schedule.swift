import RialtoValues

/// What is due at a known time.
enum DueAction {
    /// An order reaches the venue.
    case arrival(slot: Int, number: Int)
    /// A cancel reaches the venue.
    case cancel(slot: Int, number: Int)
    /// A replace reaches the venue.
    case replace(slot: Int, number: Int, price: Int64, trigger: Int64, quantity: Int64)
    /// An order's life ends.
    case expiry(slot: Int, number: Int)
    /// A report reaches an instance.
    case orderReport(instance: Int, OrderReport)
    case fillReport(instance: Int, FillReport)
    case timer(instance: Int, id: UInt64)
    /// What came of a request reaches its instance.
    case response(instance: Int, ResponseReport)
    case accountReport(instance: Int)
    /// A position is to be closed because its time is up.
    case timeStop(instance: Int, instrument: Int, opened: Int)
    /// An order that an algorithm works is to be looked at.
    case parent(index: Int, number: Int, ParentDue)
    /// A message of a line with faults arrives, or the host's clock for one is due.
    case mail(Mail)
    /// Targets that are worked in parts are to be looked at.
    case pace(key: Int, number: Int, account: Int, instrument: Int)
    /// It is looked at whether an account's capital moves.
    case capitalReview(account: Int)
}

/// A queue by time; equal times leave in the order in which they came.
struct Schedule {
    private struct Entry {
        let time_ns: Int64
        let sequence: Int
        let action: DueAction

        func isBefore(_ other: Entry) -> Bool {
            time_ns != other.time_ns ? time_ns < other.time_ns : sequence < other.sequence
        }
    }

    private var heap: ContiguousArray<Entry> = []
    private var sequence = 0

    /// When the first action is due; Int64.max when there is none.
    var next_ns: Int64 { heap.first?.time_ns ?? .max }

    mutating func add(_ action: DueAction, at time_ns: Int64) {
        heap.append(Entry(time_ns: time_ns, sequence: sequence, action: action))
        sequence += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first action that is due at or before `time_ns`.
    mutating func pop(dueAt time_ns: Int64) -> DueAction? {
        guard let first = heap.first, first.time_ns <= time_ns else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.action
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
