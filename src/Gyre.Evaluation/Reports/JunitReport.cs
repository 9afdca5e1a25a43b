using System.Text;
using System.Xml;
using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports;

/// <summary>What was demanded of an experiment as JUnit XML: a test case a demand, so that build servers show it beside the tests.</summary>
/// <remarks>Thresholds, lines of a gate and "all calls answered" are the cases. There are no times, so that equal results are equal bytes. Source: the form that Apache Ant's junitreport task reads.</remarks>
public static class JunitReport
{
    private static readonly XmlWriterSettings Settings = new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CloseOutput = false };

    /// <summary>Writes the report.</summary>
    /// <param name="result">The result.</param>
    /// <param name="destination">Takes UTF-8 and stays open.</param>
    public static void Write(ExperimentResult result, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(destination);
        var checks = new ReportView(result).Checks;
        using (var xml = XmlWriter.Create(destination, Settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            Attribute(xml, "name", result.Name);
            Attribute(xml, "tests", $"{checks.Count}");
            Attribute(xml, "failures", $"{checks.Count(check => !check.Passed)}");
            Attribute(xml, "errors", "0");
            Attribute(xml, "skipped", "0");
            foreach (var check in checks)
            {
                Write(xml, result, check);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        destination.WriteByte((byte)'\n');
    }

    private static void Write(XmlWriter xml, ExperimentResult result, ReportCheck check)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", $"{result.Name}.{check.Group}");
        Attribute(xml, "name", check.Name);
        if (!check.Passed)
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "message", check.Detail);
            Attribute(xml, "type", "demand");
            xml.WriteString(VisibleText.Of($"{check.Group}: {check.Name}: {check.Detail}. Dataset {result.Dataset}, version {result.DatasetDigest}, {MetricText.Count(result.Rows)} rows; baseline {result.Baseline}."));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, VisibleText.Line(value));
}
