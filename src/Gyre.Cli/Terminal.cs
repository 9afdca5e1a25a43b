using System.Text.Json;
using Gyre.Contracts;
using Spectre.Console;

namespace Gyre.Cli;

/// <summary>Where a verb writes: results on standard output, everything else on standard error.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error)
{
    /// <summary>Wide enough that tables in files and pipes do not wrap.</summary>
    private const int RedirectedWidth = 200;

    /// <summary>How verbs write JSON.</summary>
    public static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>Rich output for people: tables and colours, plain when redirected.</summary>
    public IAnsiConsole Rich { get; } = Create(output, Console.IsOutputRedirected);

    /// <summary>Rich output beside the result: progress and notes.</summary>
    public IAnsiConsole RichError { get; } = Create(error, Console.IsErrorRedirected);

    public void WriteJson<T>(T value) => output.WriteLine(JsonSerializer.Serialize(value, Indented));

    public int Fail(Exception failure, bool isJson)
    {
        var (code, exit) = failure switch
        {
            CliException { Code: "CLI0002" } usage => (usage.Code, ExitCode.Usage),
            GyreException known => (known.Code, ExitCode.Failure),
            _ => ("CLI0001", ExitCode.Unexpected),
        };
        var message = failure is GyreException ? failure.Message : $"Unexpected {failure.GetType().Name}: {failure.Message}";
        if (isJson)
        {
            WriteJson(new { error = new { code, message } });
        }

        error.WriteLine($"gyre: {code}: {message}");
        if (failure is not GyreException)
        {
            error.WriteLine(failure.StackTrace);
        }

        return exit;
    }

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
