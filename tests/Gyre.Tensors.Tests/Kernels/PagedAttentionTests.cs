using System.Runtime.InteropServices;
using Gyre.Contracts;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Tests.Kernels;

[Trait("kernel", "true")]
public class PagedAttentionTests
{
    /// <summary>Sums of up to 200 products and exponentials in single precision.</summary>
    private const double Tolerance = 2e-5;

    public static TheoryData<string, int, int, int, int> Cases => new()
    {
        { "causal", 1, 0, 1, 64 }, { "causal", 1, 63, 3, 48 }, { "causal", 1, 64, 8, 80 }, { "causal", 70, 0, 1, 64 },
        { "causal", 33, 97, 3, 20 }, { "causal", 13, 5, 5, 16 }, { "causal", 2, 190, 1, 128 },
        { "window", 40, 100, 2, 64 }, { "window", 1, 150, 4, 36 }, { "cap", 20, 60, 2, 64 }, { "slopes", 20, 60, 3, 32 },
        { "distance", 20, 60, 2, 64 }, { "whole", 30, 0, 2, 64 }, { "whole", 1, 0, 1, 8 }, { "across", 20, 0, 4, 64 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_definition_in_double_precision(string kind, int rows, int position, int shared, int width)
    {
        foreach (var format in Enum.GetValues<KeyValueFormat>())
        {
            using var problem = new PagedProblem(kind, format, rows, position, shared, width);
            var expected = problem.Reference();
            var actual = problem.Run(PagedAttention.MostQueries);
            for (var i = 0; i < expected.Length; i++)
            {
                ((double)actual[i]).ShouldBe(expected[i], Tolerance, $"{format}, element {i}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_query_has_the_same_bits_alone_and_among_others(string kind, int rows, int position, int shared, int width)
    {
        using var problem = new PagedProblem(kind, KeyValueFormat.F32, rows, position, shared, width);
        var together = problem.Run(PagedAttention.MostQueries);
        foreach (var count in new[] { 1, 2, 5, 7, 17 })
        {
            problem.Run(count).ShouldBe(together, $"{count} queries a call");
        }
    }

    [Fact]
    public void What_lies_behind_the_last_key_does_not_count()
    {
        using var problem = new PagedProblem("causal", KeyValueFormat.F32, 3, 70, 2, 32);
        var clean = problem.Run(PagedAttention.MostQueries);
        problem.SpoilBehind();
        problem.Run(PagedAttention.MostQueries).ShouldBe(clean);
    }

    [Fact]
    public void A_number_that_is_none_shows_in_the_result_of_those_that_see_it()
    {
        using var problem = new PagedProblem("causal", KeyValueFormat.F32, 4, 10, 1, 16);
        problem.SpoilKey(12);
        var result = problem.Run(PagedAttention.MostQueries);
        result.AsSpan(0, 2 * 16).ToArray().ShouldAllBe(value => float.IsFinite(value));
        result.AsSpan(2 * 16).ToArray().ShouldAllBe(value => float.IsNaN(value));
    }

    /// <summary>Random queries, keys and values in scattered pages.</summary>
    private sealed unsafe class PagedProblem : IDisposable
    {
        private const nint Place = 128;
        private readonly KeyValueBlock _layout;
        private readonly nint[] _pages;
        private readonly float[] _queries;
        private readonly float[,] _keys;
        private readonly float[,] _values;
        private readonly float[] _slopes;
        private readonly float[] _distances;
        private readonly string _kind;
        private readonly int _rows;
        private readonly int _position;
        private readonly int _shared;
        private readonly int _width;
        private readonly int _count;
        private readonly float _scale;

        public PagedProblem(string kind, KeyValueFormat format, int rows, int position, int shared, int width)
        {
            (_kind, _rows, _position, _shared, _width) = (kind, rows, position, shared, width);
            _count = kind == "across" ? 77 : position + rows;
            _scale = (float)(1 / Math.Sqrt(width));
            _layout = new KeyValueBlock(format, width);
            var random = new SeededRandom(7);
            float Draw() => (float)((random.NextDouble() * 4) - 2);
            _queries = [.. Enumerable.Range(0, rows * shared * width).Select(_ => Draw())];
            _slopes = [.. Enumerable.Range(0, shared).Select(head => 0.5f / (head + 1))];
            _distances = [.. Enumerable.Range(0, shared * 21).Select(_ => Draw())];
            (_keys, _values) = (new float[_count, width], new float[_count, width]);
            _pages = new nint[((_count + 63) / 64) + 1];
            for (var page = 0; page < _pages.Length; page++)
            {
                var bytes = (nuint)(_layout.LengthBytes + Place);
                _pages[page] = (nint)NativeMemory.AlignedAlloc(bytes, 64);
                NativeMemory.Clear((void*)_pages[page], bytes);
            }

            for (var token = 0; token < _count; token++)
            {
                for (var d = 0; d < width; d++)
                {
                    (_keys[token, d], _values[token, d]) = (Draw(), Draw());
                }

                fixed (float* key = &_keys[token, 0], value = &_values[token, 0])
                {
                    _layout.Store((byte*)_pages[token / 64] + Place, token % 64, key, value);
                }

                ReadBack(token);
            }
        }

        private bool IsCausal => _kind is not ("whole" or "across");

        private int Window => _kind == "window" ? 37 : 0;

        private float SoftCap => _kind == "cap" ? 1.5f : 0f;

        public float[] Run(int atOnce)
        {
            var output = new float[_queries.Length];
            var scratch = (float*)NativeMemory.AlignedAlloc((nuint)PagedAttention.ScratchLength(_layout) * sizeof(float), 64);
            fixed (float* queries = _queries, to = output, slopes = _slopes, distances = _distances)
            fixed (nint* pages = _pages)
            {
                var call = new PagedAttentionCall
                {
                    Query = queries,
                    QueryStride = _shared * _width,
                    Output = to,
                    OutputStride = _shared * _width,
                    SharedHeads = _shared,
                    Pages = pages,
                    PlaceBytes = Place,
                    Layout = _layout,
                    Keys = _count,
                    Position = _position,
                    IsCausal = IsCausal,
                    Window = Window,
                    Scale = _scale,
                    SoftCap = SoftCap,
                    Slopes = _kind == "slopes" ? slopes : null,
                    DistanceBias = _kind == "distance" ? distances : null,
                    MaxDistance = 10,
                };
                for (var q = 0; q < _rows * _shared; q += atOnce)
                {
                    PagedAttention.Run(in call, q, Math.Min(atOnce, (_rows * _shared) - q), scratch);
                }
            }

            NativeMemory.AlignedFree(scratch);
            return output;
        }

        public double[] Reference()
        {
            var result = new double[_queries.Length];
            for (var q = 0; q < _rows * _shared; q++)
            {
                var (row, head) = Math.DivRem(q, _shared);
                var end = IsCausal ? _position + row + 1 : _count;
                var start = Window > 0 ? Math.Max(0, end - Window) : 0;
                var scores = Enumerable.Range(start, end - start).Select(key => Score(q, head, key, key - (_position + row))).ToArray();
                var top = scores.Max();
                var weights = scores.Select(score => Math.Exp(score - top)).ToArray();
                for (var d = 0; d < _width; d++)
                {
                    result[(q * _width) + d] = Enumerable.Range(start, end - start).Sum(key => weights[key - start] * _values[key, d]) / weights.Sum();
                }
            }

            return result;
        }

        public void SpoilBehind()
        {
            var spoiled = new float[_width];
            Array.Fill(spoiled, float.NaN);
            fixed (float* nothing = spoiled)
            {
                for (var token = _count; token < _pages.Length * 64; token++)
                {
                    _layout.Store((byte*)_pages[token / 64] + Place, token % 64, nothing, nothing);
                }
            }
        }

        public void SpoilKey(int token) => ((float*)(_pages[token / 64] + Place))[token % 64] = float.NaN;

        public void Dispose()
        {
            foreach (var page in _pages)
            {
                NativeMemory.AlignedFree((void*)page);
            }
        }

        /// <summary>The reference works on what was stored, not on what was given.</summary>
        private void ReadBack(int token)
        {
            var room = new float[(64 * (_layout.PaddedWidth + 1)) + 16];
            fixed (float* start = room)
            {
                var block = (byte*)_pages[token / 64] + Place;
                var keys = KeyValueExpansion.Keys(in _layout, block, start);
                for (var d = 0; d < _width; d++)
                {
                    Near(keys[(d * 64) + (token % 64)], _keys[token, d]);
                    _keys[token, d] = keys[(d * 64) + (token % 64)];
                }

                var values = KeyValueExpansion.Values(in _layout, block, (token % 64) + 1, start);
                for (var d = 0; d < _width; d++)
                {
                    Near(values[(token % 64 * _layout.PaddedWidth) + d], _values[token, d]);
                    _values[token, d] = values[(token % 64 * _layout.PaddedWidth) + d];
                }
            }
        }

        /// <summary>Numbers up to 2: exact, eleven bits, or half of a 127th of the largest.</summary>
        private void Near(float stored, float given) =>
            Math.Abs(stored - given).ShouldBeLessThanOrEqualTo(_layout.Format switch { KeyValueFormat.F32 => 0f, KeyValueFormat.F16 => 0.0005f, _ => 0.008f });

        private double Score(int q, int head, int key, int distance)
        {
            var score = Enumerable.Range(0, _width).Sum(d => (double)_queries[(q * _width) + d] * _keys[key, d]) * _scale;
            score = SoftCap > 0 ? SoftCap * Math.Tanh(score / SoftCap) : score;
            return _kind switch
            {
                "slopes" => score + (_slopes[head] * (double)distance),
                "distance" => score + _distances[(head * 21) + 10 + Math.Clamp(distance, -10, 10)],
                _ => score,
            };
        }
    }
}
