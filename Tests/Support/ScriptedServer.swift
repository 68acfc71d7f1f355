import Foundation

/// A server of a test's own, in Python, on this machine: it prints the port that it has on one
/// line, and ends when its input does, so no later than its owner.
package final class ScriptedServer {
    package let port: UInt16
    private let process = Process()
    private let input = Pipe()

    /// It said no port.
    package struct Fault: Error {}

    /// - Parameter words: What Python is called with: a file and its arguments, or `-c` and a text.
    package init(_ words: [String]) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = words
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            guard !byte.isEmpty else { throw Fault() }
            line += byte
        }
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard let port = UInt16(text) else { throw Fault() }
        self.port = port
    }

    deinit { end() }

    /// Ends the server; nobody answers at its port any more.
    package func end() {
        guard process.isRunning else { return }
        input.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }
}
