import CWorker
import Glibc

/// Why a bound library gave no answer.
package enum BridgeFault: Error, Equatable, Sendable {
    /// Its process is gone, or never was.
    case worker(WorkerFault)
    /// The library has no such symbol.
    case missing(symbol: String)
    /// The symbol is data, or another library's.
    case foreign(symbol: String)
    /// The function wrote in front of an output, by number.
    case wroteBefore(output: Int)
    /// The function wrote behind an output, by number.
    case wroteBehind(output: Int)
    /// The function wrote more than one number to begin or count.
    case wroteBeside
    /// There is no memory for its outputs.
    case memory
    /// The question was out of range.
    case form
}

/// One argument of a call to a bound function.
package enum BridgeArgument: Equatable, Sendable {
    case start(isWide: Bool)
    case end(isWide: Bool)
    case rows(isWide: Bool)
    /// A column of the process's inputs, by number.
    case input(Int)
    case integer(Int64, isWide: Bool)
    case number(Double)
    case begin
    case count
    /// The next output: doubles.
    case reals
    /// The next output: 32-bit integers.
    case integers
}

/// What a bound function returned and set; nothing of it is checked.
package struct BridgeAnswer: Equatable, Sendable {
    /// What it returned; 0 where it returns nothing.
    package let status: Int32
    /// Row of the first value, -1 where it set nothing.
    package let begin: Int32
    /// Number of values, -1 where it set nothing.
    package let count: Int32
}

/// A process behind a worker's walls that calls the functions of an unmodified C library. Use it on
/// one thread at a time; it ends with its owner.
package final class BridgeProcess {
    private let worker: WorkerProcess
    private let inputs: InputColumns?
    private var symbols: [String: UInt32] = [:]

    /// Starts a process and opens `library` in it.
    ///
    /// - Parameters:
    ///   - library: Bytes of a shared library whose digest was checked.
    ///   - inputs: The columns that its calls can read.
    ///   - settings: Limits of one call; its launcher is `rialto-bridge`.
    package init(
        _ library: [UInt8], inputs: InputColumns?, settings: WorkerSettings
    ) throws(BridgeFault) {
        self.inputs = inputs
        let market = inputs.map { columns in
            SharedMarket(
                files: [
                    .init(
                        descriptor: columns.descriptor, length: columns.length, isResident: false)
                ], owners: [columns])
        }
        do throws(WorkerFault) {
            worker = try WorkerProcess(LibraryCode(bytes: library), settings, market: market)
            try worker.begin()
        } catch { throw .worker(error) }
    }

    /// Settings of a bound library: 10 s of processor time a call, and 512 MiB.
    ///
    /// - Throws: ``WorkerFault/notStarted(_:)`` when `rialto-bridge` is not beside the program.
    package static func standardSettings() throws(WorkerFault) -> WorkerSettings {
        var settings = WorkerSettings()
        settings.deadline_ns = 10_000_000_000
        settings.memoryMax = 512 << 20
        settings.launcher = try settings.sibling("rialto-bridge", variable: "RIALTO_BRIDGE")
        return settings
    }

    /// Finds the functions of `names` in the library; what it needs itself is not searched.
    ///
    /// - Parameter names: Without repetition, at most 4,096.
    package func bind(_ names: [String]) throws(BridgeFault) {
        worker.window.reset()
        let places = names.map { name in
            (Array(name.utf8) + [0]).withUnsafeBytes { place($0) }
        }
        let list = places.withUnsafeBytes { place($0) }
        let binding = rialto_binding_t(
            count: UInt32(names.count), reserved: 0, names: UnsafePointer(bitPattern: UInt(list)))
        let answer = try ask(RIALTO_ASK_BIND, place(of: binding))
        switch answer.problem {
        case RIALTO_BOUND_FINE: break
        case RIALTO_BOUND_MISSING: throw .missing(symbol: name(answer.index, names))
        case RIALTO_BOUND_FOREIGN: throw .foreign(symbol: name(answer.index, names))
        default: throw .form
        }
        symbols = Dictionary(
            names.enumerated().map { ($1, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Calls a function that was bound.
    ///
    /// - Parameters:
    ///   - hasStatus: Whether it returns a status; otherwise it returns nothing.
    ///   - rows: Of the inputs and outputs, 1...``InputColumns/rowsMax``.
    ///   - repeats: How often it is called, 1 or more.
    package func call(
        _ symbol: String, _ arguments: [BridgeArgument], hasStatus: Bool, rows: Int,
        repeats: Int = 1
    ) throws(BridgeFault) -> BridgeAnswer {
        guard let number = symbols[symbol], arguments.count <= Int(RIALTO_BOUND_ARGUMENTS_MAX)
        else { throw .form }
        var call = rialto_bound_call_t()
        call.symbol = number
        call.result = hasStatus ? RIALTO_RESULT_STATUS : RIALTO_RESULT_NONE
        call.rows = UInt32(rows)
        call.repeats = UInt32(clamping: repeats)
        call.inputs = worker.places.first ?? 0
        call.stride = UInt64(inputs?.stride ?? 0)
        try fill(&call, arguments, rows)
        worker.window.reset()
        let answer = try ask(RIALTO_ASK_CALL, place(of: call))
        switch answer.problem {
        case RIALTO_BOUND_FINE: break
        case RIALTO_BOUND_BEFORE: throw .wroteBefore(output: Int(answer.index))
        case RIALTO_BOUND_BEHIND: throw .wroteBehind(output: Int(answer.index))
        case RIALTO_BOUND_BESIDE: throw .wroteBeside
        case RIALTO_BOUND_MEMORY: throw .memory
        default: throw .form
        }
        return BridgeAnswer(status: answer.status, begin: answer.begin, count: answer.count)
    }

    private func fill(
        _ call: inout rialto_bound_call_t, _ arguments: [BridgeArgument], _ rows: Int
    ) throws(BridgeFault) {
        call.argument_count = UInt32(arguments.count)
        for (place, argument) in arguments.enumerated() {
            if case .input(let column) = argument {
                guard let inputs, column >= 0, column < inputs.count, rows <= inputs.rows,
                    call.inputs != 0
                else { throw .form }
            }
            var one = argument.entry
            if argument == .reals || argument == .integers {
                one.index = call.output_count
                call.output_count += 1
            }
            rialto_bound_set(&call, UInt32(place), &one)
        }
    }

    /// Copies rows of an output of the last call, as they are.
    package func copy(
        _ output: Int, offset: Int, into bytes: UnsafeMutableRawBufferPointer
    ) throws(BridgeFault) {
        let most = Int(rialto_answer_piece_size())
        var done = 0
        while done < bytes.count {
            let size = min(most, bytes.count - done)
            worker.window.reset()
            let piece = rialto_bound_piece_t(
                output: UInt32(output), reserved: 0, offset: UInt64(offset + done),
                size: UInt64(size))
            guard try ask(RIALTO_ASK_COLUMN, place(of: piece)).problem == RIALTO_BOUND_FINE else {
                throw .form
            }
            let target = UnsafeMutableRawBufferPointer(rebasing: bytes[done..<(done + size)])
            target.copyMemory(
                from: UnsafeRawBufferPointer(
                    start: rialto_answer_piece(worker.answer), count: size))
            done += size
        }
    }

    /// Asks, and returns a copy of what was answered.
    private func ask(
        _ operation: UInt32, _ place: UInt64
    ) throws(BridgeFault) -> rialto_bound_answer_t {
        guard place != 0, !worker.window.isFull else { throw .form }
        do throws(WorkerFault) { try worker.ask(operation, place) } catch { throw .worker(error) }
        return rialto_answer_bound(worker.answer).pointee
    }

    private func place(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.baseAddress.map { worker.window.place($0, bytes.count) } ?? 0
    }

    private func place<Value>(of value: Value) -> UInt64 {
        withUnsafeBytes(of: value) { place($0) }
    }

    private func name(_ index: UInt32, _ names: [String]) -> String {
        index < names.count ? names[Int(index)] : "number \(index)"
    }
}

extension BridgeArgument {
    fileprivate var entry: rialto_bound_argument_t {
        var entry = rialto_bound_argument_t()
        switch self {
        case .start(let isWide): entry.set(RIALTO_PASS_START, isWide: isWide)
        case .end(let isWide): entry.set(RIALTO_PASS_END, isWide: isWide)
        case .rows(let isWide): entry.set(RIALTO_PASS_ROWS, isWide: isWide)
        case .input(let column):
            entry.pass = RIALTO_PASS_INPUT
            entry.index = UInt32(column)
        case .integer(let value, let isWide):
            entry.set(RIALTO_PASS_INTEGER, isWide: isWide)
            entry.integer = value
        case .number(let value):
            entry.pass = RIALTO_PASS_NUMBER
            entry.number = value
        case .begin: entry.pass = RIALTO_PASS_BEGIN
        case .count: entry.pass = RIALTO_PASS_COUNT
        case .reals: entry.pass = RIALTO_PASS_REALS
        case .integers: entry.pass = RIALTO_PASS_INTEGERS
        }
        return entry
    }
}

extension rialto_bound_argument_t {
    fileprivate mutating func set(_ pass: UInt32, isWide: Bool) {
        self.pass = pass
        is_wide = isWide ? 1 : 0
    }
}
