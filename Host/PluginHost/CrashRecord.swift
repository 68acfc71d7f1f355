/// The deaths of one instance's workers, and when they are enough.
struct CrashRecord {
    private var crashes: [WorkerFault] = []
    private var deathsAtBatch = 0
    private var deaths = 0
    private let deathsMax: Int

    /// How often a worker may die before a batch is answered.
    private static let deathsAtBatchMax = 8

    /// - Parameter deathsMax: How often in one run.
    init(deathsMax: Int) { self.deathsMax = deathsMax }

    /// A batch was answered.
    mutating func goneOn() { deathsAtBatch = 0 }

    /// Adds a death.
    ///
    /// - Returns: Why the worker is not to be replaced, or nil. The same crash of a plugin twice in
    ///   one run is one that will come again: same signal, same place of the library.
    mutating func add(_ fault: WorkerFault) -> String? {
        switch fault {
        case .crashed, .silent:
            if crashes.contains(where: fault.isSameCrash) {
                return "\(fault.reason), twice: it is quarantined"
            }
            crashes.append(fault)
        case .killed: break
        case .notStarted, .step, .unconfined, .systemCall, .readClock, .deadline, .exited:
            return fault.reason
        }
        deaths += 1
        deathsAtBatch += 1
        if deathsAtBatch >= Self.deathsAtBatchMax {
            return "\(fault.reason), the \(deathsAtBatch)th death over one batch"
        }
        return deaths > deathsMax ? "\(fault.reason), after \(deathsMax) replacements" : nil
    }
}
