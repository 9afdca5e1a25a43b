using System.Diagnostics;
using Gyre.Models.Templates;

namespace Gyre.Models.Tests.Templates;

/// <summary>No template gets past its limits, whichever way it makes work.</summary>
public class TemplateLimitsTests
{
    // Lists that hold the one before twice: 64 of them print as 2^64 numbers.
    private const string Shared =
        "{% set ns = namespace(a=[1], b=[1], t=(1,), u=(1,), d={'k': 1}) %}{% for i in range(64) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}"
        + "{% set ns.t = (ns.t, ns.t) %}{% set ns.u = (ns.u, ns.u) %}{% set ns.d = {'k': ns.d, 'l': ns.d} %}{% endfor %}";

    private static readonly TemplateLimits Small = new() { MaxSteps = 50_000, MaxWorkCharacters = 100_000 };

    // Guards against widths below zero, which gave the budget more than it began with.
    [Theory]
    [InlineData("''.ljust(-9000000000000000000)")]
    [InlineData("''.rjust(-9000000000000000000)")]
    [InlineData("''.zfill(-9000000000000000000)")]
    [InlineData("''.center(-9000000000000000000)")]
    [InlineData("'' | center(-9000000000000000000)")]
    public void A_width_below_zero_gives_the_budget_nothing(string expression)
    {
        Code("{{ " + expression + " }}{{ ('x' * 100001) | length }}", Small).ShouldBe("RUN0203");
        Render("{{ " + expression + " }}", Small).ShouldBe("");
    }

    // Guards against work that doubles with each sharing and was counted by no limit.
    [Theory]
    [InlineData("{{ ns.a }}")]
    [InlineData("{{ ns.d }}")]
    [InlineData("{{ ns.a ~ '' }}")]
    [InlineData("{{ ns.a | string | length }}")]
    [InlineData("{{ ns.a | tojson }}")]
    [InlineData("{{ ns.d | tojson(sort_keys=true, indent=1) }}")]
    [InlineData("{{ [ns.a] | join }}")]
    [InlineData("{{ '%s' % (ns.a,) }}")]
    [InlineData("{{ '%r' | format(ns.a) }}")]
    [InlineData("{{ '{}'.format(ns.a) }}")]
    [InlineData("{{ ns.a == ns.b }}")]
    [InlineData("{{ ns.a != ns.b }}")]
    [InlineData("{{ ns.a < ns.b }}")]
    [InlineData("{{ ns.a in [ns.b] }}")]
    [InlineData("{{ ns.a is eq(ns.b) }}")]
    [InlineData("{{ ns.a is ge(ns.b) }}")]
    [InlineData("{{ ns.a is in([ns.b]) }}")]
    [InlineData("{{ [ns.b].index(ns.a) }}")]
    [InlineData("{{ [ns.b].count(ns.a) }}")]
    [InlineData("{{ {'x': ns.a} == {'x': ns.b} }}")]
    [InlineData("{{ {ns.t: 1}[ns.u] }}")]
    [InlineData("{{ {ns.t: 1, ns.u: 2} }}")]
    [InlineData("{{ [ns.a, ns.b] | sort }}")]
    [InlineData("{{ [ns.a, ns.b] | unique }}")]
    [InlineData("{{ [ns.a, ns.b] | max }}")]
    [InlineData("{{ [{'k': ns.a}, {'k': ns.b}] | groupby('k') }}")]
    [InlineData("{{ {'x': ns.a, 'y': ns.b} | dictsort(by='value') }}")]
    [InlineData("{% for i in [ns.a, ns.b] %}{{ loop.changed(i) }}{% endfor %}")]
    [InlineData("{{ raise_exception(ns.a) }}")]
    public void Shared_parts_are_gone_through_within_the_limits(string use) => Code(Shared + use, Small).ShouldBe("RUN0203");

    [Fact]
    public void A_value_equals_itself_at_once() =>
        Render(Shared + "{{ ns.a == ns.a }}{{ ns.a in [ns.a] }}{{ ns.a < ns.a }}{{ {ns.t: 1}[ns.t] }}", Small).ShouldBe("TrueTrueFalse1");

    // Guards against single operations that did all their work before they were charged for it.
    [Theory]
    [InlineData("{{ ('a' * 90000) | list | length }}")]
    [InlineData("{{ ('a,' * 45000).split(',') | length }}")]
    [InlineData("{{ ('a,' * 45000).rsplit(',') | length }}")]
    [InlineData("{{ ('a ' * 45000).split() | length }}")]
    [InlineData("{{ ('a\\n' * 45000).splitlines() | length }}")]
    [InlineData("{{ ('a' * 45000).join(['b'] * 1000) | length }}")]
    [InlineData("{{ (['b'] * 1000) | join('a' * 45000) | length }}")]
    [InlineData("{{ ('%9999d' * 1000) % ((1,) * 1000) }}")]
    [InlineData("{{ ('&' * 90000) | escape | length }}")]
    [InlineData("{{ ('a\\n' * 1000) | indent(10000) | length }}")]
    [InlineData("{{ ('a' * 1000).replace('a', 'b' * 10000) | length }}")]
    [InlineData("{{ ('a' * 1000).replace('', 'b' * 10000) | length }}")]
    [InlineData("{{ ('{0}' * 1000).format('a' * 10000) | length }}")]
    [InlineData("{{ [['a'] * 1000] | tojson(separators=['b' * 10000, ':']) | length }}")]
    [InlineData("{{ ([1] * 20000) | tojson(indent=100) | length }}")]
    [InlineData("{{ ('a' * 90000) ~ ('b' * 90000) }}")]
    public void Work_is_charged_before_it_is_done(string source)
    {
        Code(source, Small).ShouldBe("RUN0203"); // Once before, so that the compiler's own work is not counted.
        var before = GC.GetAllocatedBytesForCurrentThread();

        Code(source, Small).ShouldBe("RUN0203");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void A_character_is_found_without_a_list_of_all()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Render("{% set s = '🦙' * 40000 %}{{ s[1] }}{{ s[-1] }}{{ s[39999] }}{{ s[40000] }}", Small).ShouldBe("🦙🦙🦙");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    // Guards against searches whose time grew with the product of both lengths: minutes for these.
    [Theory]
    [InlineData("text.strip(chars) | length", "0")]
    [InlineData("text | trim(chars) | length", "0")]
    [InlineData("text.find(part)", "-1")]
    [InlineData("text.rfind(part)", "-1")]
    [InlineData("text.count(part)", "0")]
    [InlineData("part in text", "False")]
    [InlineData("text.split(part) | length", "1")]
    [InlineData("text.rsplit(part) | length", "1")]
    [InlineData("text.replace(part, 'x') | length", "2000000")]
    [InlineData("text.partition(part)[0] | length", "2000000")]
    [InlineData("text.rpartition(part)[2] | length", "2000000")]
    public void Searches_take_time_by_the_sum_of_the_lengths(string expression, string expected)
    {
        const string Texts = "{% set text = 'a' * 2000000 %}{% set part = 'a' * 500000 ~ 'b' ~ 'a' * 500000 %}{% set chars = 'b' * 2000000 ~ 'a' %}";
        var watch = Stopwatch.StartNew();

        Render(Texts + "{{ " + expression + " }}", new TemplateLimits()).ShouldBe(expected);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Adjacent_literals_take_time_by_their_sum()
    {
        var watch = Stopwatch.StartNew();

        Render("{{ " + string.Concat(Enumerable.Repeat("'a'", 340_000)) + " | length }}", new TemplateLimits()).ShouldBe("340000");

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("{{ ('a' * 2000) | upper | length }}")]
    [InlineData("{{ 'a' | center(2000) | length }}")]
    [InlineData("{{ 'b' in 'a' * 2000 }}")]
    [InlineData("{{ range(2000) | length }}")]
    public void One_large_piece_of_work_looks_at_the_clock(string source)
    {
        var template = ChatTemplate.Parse(source, new LeapingClock());

        var error = Should.Throw<ModelException>(() => template.Render([], addGenerationPrompt: false));

        error.Code.ShouldBe("RUN0203");
        error.Message.ShouldContain("10 s");
    }

    // A template can choose keys that all have one hash code.
    [Theory]
    [InlineData("{{ range(4611686018427387904, 4611686018427388404) | unique | length }}", 100_000)]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(500) %}{% set ns.l = ns.l + [(i,)] %}{% endfor %}{{ ns.l | unique | length }}", 300_000)]
    public void Keys_that_collide_are_charged(string source, long maxSteps)
    {
        Code(source, new TemplateLimits { MaxSteps = maxSteps }).ShouldBe("RUN0203");
        Render(source, new TemplateLimits()).ShouldBe("500");
    }

    [Fact]
    public void What_is_missing_is_remembered_in_few_words()
    {
        const string Source = "{% set ns = namespace(k='k' * 100000, l=[]) %}{% for i in range(100) %}{% set ns.l = ns.l + [{}[ns.k]] %}{% endfor %}{{ ns.l | length }}";
        var before = GC.GetAllocatedBytesForCurrentThread();

        Render(Source, new TemplateLimits()).ShouldBe("100");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(3_000_000);
        Should.Throw<ModelException>(() => Render("{{ {}['k' * 100000].x }}", new TemplateLimits())).Message.Length.ShouldBeLessThan(1000);
    }

    // 'map' may apply 'map': as deep as its arguments are many, which the stack is not.
    [Fact]
    public void Filters_inside_filters_never_overflow_the_stack()
    {
        var maps = string.Join(", ", Enumerable.Repeat("'map'", 3000));
        var source = "{% set ns = namespace(s=[]) %}{% for i in range(4000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s | map(" + maps + ") }}";
        string? message = null;
        var thread = new Thread(() => message = Should.Throw<ModelException>(() => Render(source, new TemplateLimits())).Message, maxStackSize: 512 << 10);

        thread.Start();
        thread.Join();

        message.ShouldNotBeNull().ShouldContain("stack");
    }

    [Fact]
    public void The_second_attempt_without_tools_uses_what_the_first_one_left()
    {
        const string Source = "{% for i in range(1000) %}{% endfor %}{% for tool in tools %}{% endfor %}done";

        Code(Source, new TemplateLimits { MaxSteps = 5000 }).ShouldBe("RUN0203");
        Render(Source, new TemplateLimits { MaxSteps = 8000 }).ShouldBe("done");
    }

    [Fact]
    public void Names_are_limited_in_length()
    {
        Render("{{ " + new string('a', 1000) + " }}", new TemplateLimits()).ShouldBe("");
        Code("{{ " + new string('a', 1001) + " }}", new TemplateLimits()).ShouldBe("RUN0200");
    }

    private static string Code(string source, TemplateLimits limits) => Should.Throw<ModelException>(() => Render(source, limits)).Code;

    private static string Render(string source, TemplateLimits limits) =>
        ChatTemplate.Parse(source, limits: limits).Render([], addGenerationPrompt: false);

    private sealed class LeapingClock : TimeProvider
    {
        private long _timestamp;

        public override long GetTimestamp() => _timestamp += TimestampFrequency * 60;
    }
}
