import CWorker

/// A place in a plugin's code.
package struct CodePlace: Equatable, Sendable, CustomStringConvertible {
    /// File name of the library.
    package let library: String
    /// From the library's base.
    package let offset: UInt64
    /// The function that holds it, as its library's tables name it; nil when they do not.
    package let function: String?
    /// From the function's begin; 0 without one.
    package let distance: UInt64

    package init(library: String, offset: UInt64, function: String?, distance: UInt64) {
        self.library = library
        self.offset = offset
        self.function = function
        self.distance = distance
    }

    /// `on_batch+0x12 (libmine.so at offset 0x1234)`.
    package var description: String {
        guard let function else { return "offset \(Self.hex(offset)) of \(library)" }
        return "\(function)+\(Self.hex(distance)) (\(library) at offset \(Self.hex(offset)))"
    }

    private static func hex(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
}

/// Where a plugin was when a signal came.
package struct CrashTrace: Equatable, Sendable {
    /// The instruction; nil when it is not in the library.
    package let place: CodePlace?
    /// Who had called, innermost first: places in the library alone, as far as it was built with
    /// frame pointers.
    package let callers: [CodePlace]
    /// Whether the worker itself has seen that the signal was of its own making.
    package let isWitnessed: Bool

    package init(place: CodePlace?, callers: [CodePlace] = [], isWitnessed: Bool = true) {
        self.place = place
        self.callers = callers
        self.isWitnessed = isWitnessed
    }

    /// Nothing is known.
    package static let unknown = CrashTrace(place: nil, isWitnessed: false)

    /// ` in on_batch+0x12 (libmine.so at offset 0x1234)`; empty when nothing is known.
    var words: String {
        if let place {
            return place.function == nil ? " at \(place)" : " in \(place)"
        }
        guard let caller = callers.first else { return "" }
        return caller.function == nil
            ? " in what was called at \(caller)" : " in what was called by \(caller)"
    }
}

/// A library as a worker was started with it: its name and bytes.
struct LibraryCode {
    let name: String
    let bytes: [UInt8]
    /// What it reads while it is loaded.
    let comesWith: PluginPackage
    /// Where it was found; empty when nobody looks there.
    let path: String

    init(
        name: String = "the library", bytes: [UInt8], comesWith: PluginPackage = .none,
        path: String = ""
    ) {
        self.path = path
        self.name = name
        self.bytes = bytes
        self.comesWith = comesWith
    }

    /// Reads where the worker was, with nothing believed of what it says.
    func trace(_ answer: UnsafePointer<rialto_answer_t>) -> CrashTrace {
        let fault = answer.pointee.fault, base = answer.pointee.library
        let size = answer.pointee.library_size, symbols = LibrarySymbols(bytes)
        func place(_ address: UInt64, back: UInt64) -> CodePlace? {
            let offset = address &- base
            guard base != 0, offset < size, offset >= back else { return nil }
            // A call that is its function's last instruction returns behind it.
            let function = symbols.function(at: offset - back)
            return CodePlace(
                library: name, offset: offset, function: function?.name,
                distance: function.map { offset - $0.start } ?? 0)
        }
        let count = Int(min(fault.frame_count, RIALTO_FRAMES_MAX))
        let returns = withUnsafeBytes(of: fault.frames) {
            Array($0.bindMemory(to: UInt64.self).prefix(count))
        }
        return CrashTrace(
            place: place(fault.instruction, back: 0),
            callers: returns.compactMap { place($0, back: 1) })
    }
}
