namespace Gyre.Benchmarks;

/// <summary>The <c>--name value</c> pairs behind a benchmark verb.</summary>
internal sealed class VerbOptions
{
    private readonly Dictionary<string, string> _values;

    private VerbOptions(Dictionary<string, string> values) => _values = values;

    public static VerbOptions Parse(string[] args, params string[] known)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < args.Length; i += 2)
        {
            var name = args[i].TrimStart('-');
            if (!known.Contains(name, StringComparer.Ordinal) || i + 1 == args.Length)
            {
                throw new ArgumentException($"Read the options of '{args[0]}': found '{args[i]}', expected pairs of --{string.Join(", --", known)} and a value.", nameof(args));
            }

            values[name] = args[i + 1];
        }

        return new VerbOptions(values);
    }

    public string Text(string name, string standard) => _values.GetValueOrDefault(name, standard);

    public int[] Numbers(string name, string standard) => Text(name, standard).Split(',').Select(int.Parse).ToArray();

    /// <summary>Prints a result and, with <c>--out FILE</c>, keeps it.</summary>
    public void Write(string result)
    {
        Console.WriteLine(result);
        if (_values.TryGetValue("out", out var path))
        {
            File.WriteAllText(path, result);
        }
    }
}
