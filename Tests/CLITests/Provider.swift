import Foundation

/// The scripted provider of language models that LLMTests has too, in a process of its own.
final class Provider {
    private let port: UInt16
    private let process = Process()
    private let input = Pipe()

    init() throws {
        let script = Desk.repository.appending(path: "Tests/LLMTests/Server/standin.py").path
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            guard !byte.isEmpty else { throw ProviderFault() }
            line += byte
        }
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard let port = UInt16(text) else { throw ProviderFault() }
        self.port = port
    }

    deinit { end() }

    /// Host and port, as in the run file.
    var place: String { "127.0.0.1:\(port)" }

    /// Calls so far, as the server counted them.
    func calls() throws -> Int {
        let asker = Process(), output = Pipe()
        asker.executableURL = URL(filePath: "/usr/bin/python3")
        asker.arguments = [
            "-c",
            "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())",
            "http://\(place)/",
        ]
        asker.standardOutput = output
        try asker.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        asker.waitUntilExit()
        guard let count = Int(text.trimmingCharacters(in: .newlines)) else {
            throw ProviderFault()
        }
        return count
    }

    /// Ends the server; nobody answers at its place any more.
    func end() {
        guard process.isRunning else { return }
        input.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }
}

struct ProviderFault: Error {}
