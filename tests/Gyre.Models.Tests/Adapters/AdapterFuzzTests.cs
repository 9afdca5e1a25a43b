using System.Text.Json;
using System.Text.RegularExpressions;
using Gyre.Contracts;
using Gyre.Models.Adapters;
using Gyre.Models.Architectures;
using Gyre.Models.Tests.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

/// <summary>Whatever an adapter's files say, loading it gives finite changes or a <see cref="ModelException"/>.</summary>
public sealed class AdapterFuzzTests
{
    private static readonly string[] Values =
    [
        "-1", "0", "1", "2", "64", "1e9", "1.5", "1e400", "2147483647", "99999999999999999999999", "null", "true", "\"\"", "\"8\"", "\"\\ud800\"", "\"all-linear\"",
        "\"(\"", "\".*\"", "\"(((a{999}){999}){999})\"", "\"(?=m)(?:([a-z._0-9]+)+)+(?!.*)\"", "\"(?<index>x)|.*\"", "[]", "[1, null]", "[\"\", \"q_proj\"]", "[\"v_proj\", \"lm_head\", \"embed_tokens\"]",
        "{}", "{\"q_proj\": 3}", "{\".*\": 1e308}", "{\"(\": 4}", "\"LORA\"", "\"ADALORA\"", "\"IA3\"", "\"PROMPT_TUNING\"", "\"PREFIX_TUNING\"", "\"all\"", "\"lora_only\"",
    ];

    private static readonly string[] Codes = ["RUN0015", "RUN0022", "RUN0420", "RUN0421", "RUN0422", "RUN0424"];
    private static readonly string[] Folders = ["peft-lora-llama-patterns", "peft-lora-llama-embed", "peft-dora-llama", "peft-adalora-llama", "peft-ia3-llama", "peft-rslora-llama", "peft-prompt-llama", "peft-prefix-llama"];

    [Fact]
    public void Changed_configurations_are_refused_or_loaded()
    {
        var random = new SeededRandom(41);
        using var loaded = LoadedDecoder.Open("models/kit/llama", threads: 1);
        var texts = Folders.Select(name => (name, File.ReadAllText(Path.Combine(TestData.Require("models/kit/" + name), PeftAdapter.ConfigurationFile)))).ToArray();
        var tally = (Loaded: 0, Refused: 0);
        for (var round = 0; round < 400; round++)
        {
            var (name, text) = random.Pick(texts);
            var parts = Regex.Split(text, "(?<=: )(?<value>[^,{}\\[\\]\n]+|\\[[^\\]]*\\])", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            for (var change = random.NextInt32(1, 3); change > 0; change--)
            {
                parts[1 + (2 * random.NextInt32((parts.Length - 1) / 2))] = random.Pick(Values);
            }

            using var folder = new WrittenFolder(string.Concat(parts), Path.Combine(TestData.Require("models/kit/" + name), PeftAdapter.TensorFile));
            tally = Loads(loaded.Decoder, folder.Path) ? tally with { Loaded = tally.Loaded + 1 } : tally with { Refused = tally.Refused + 1 };
        }

        tally.Loaded.ShouldBeGreaterThan(40);
        tally.Refused.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Changed_tensors_are_refused_or_loaded()
    {
        var random = new SeededRandom(42);
        using var loaded = LoadedDecoder.Open("models/kit/llama", threads: 1);
        var refused = 0;
        for (var round = 0; round < 200; round++)
        {
            using var adapter = new WrittenAdapter(random.Pick(Folders));
            var name = random.Pick(adapter.Tensors.Keys.ToArray());
            var (values, shape) = adapter.Tensors[name];
            switch (random.NextInt32(6))
            {
                case 0:
                    adapter.Tensors.Remove(name);
                    break;
                case 1:
                    adapter.Tensors[name] = (values, [.. shape.Reverse()]);
                    break;
                case 2:
                    adapter.Tensors[name] = (values, [1, .. shape]);
                    break;
                case 3:
                    adapter.Tensors[name] = ([], [0, .. shape[1..]]);
                    break;
                case 4:
                    values[random.NextInt32(values.Length)] = random.Pick([float.NaN, float.PositiveInfinity, float.MaxValue, -float.MaxValue]);
                    break;
                default:
                    adapter.Tensors[name[..random.NextInt32(name.Length)] + "x"] = (values, shape);
                    break;
            }

            refused += Loads(loaded.Decoder, adapter.Write()) ? 0 : 1;
        }

        refused.ShouldBeInRange(100, 199);
    }

    private static bool Loads(IDecoder decoder, string folder)
    {
        try
        {
            decoder.LoadAdapter("a", folder);
        }
        catch (ModelException error)
        {
            Codes.ShouldContain(error.Code, error.Message);
            error.Message.Length.ShouldBeLessThan(8000);
            return false;
        }

        using (var session = decoder.CreateSession(3, "a"))
        {
            try
            {
                session.Forward([1, 2, 3]);
            }
            catch (ModelException error)
            {
                error.Code.ShouldBe("RUN0304"); // Huge numbers are numbers.
            }
        }

        decoder.UnloadAdapter("a").ShouldBeTrue();
        return true;
    }

    private sealed class WrittenFolder : IDisposable
    {
        public WrittenFolder(string json, string tensors)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, PeftAdapter.ConfigurationFile), json);
            File.CreateSymbolicLink(System.IO.Path.Combine(Path, PeftAdapter.TensorFile), tensors);
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("gyre-adapter-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
