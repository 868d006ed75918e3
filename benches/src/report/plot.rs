//! A curve on logarithmic axes, where a straight line of slope 1 is linear cost.

use plotters::prelude::*;

use crate::{Cost, Error, Growth};

/// The curve as an SVG file, with a dotted line for perfectly linear cost.
///
/// # Errors
/// There is nothing to draw.
pub fn svg(growth: &Growth) -> Result<String, Error> {
    let points: Vec<(f64, f64)> = growth
        .points
        .iter()
        .map(|&(size, time)| (size as f64, time))
        .collect();
    let (&first, &last) = points.first().zip(points.last()).ok_or("no points")?;
    let linear = [last, (first.0, last.1 * first.0 / last.0)];
    let times = points.iter().chain(&linear).map(|point| point.1);
    let lowest = times.clone().fold(f64::INFINITY, f64::min);
    let highest = times.fold(0.0, f64::max);
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (560, 320)).into_drawing_area();
        root.fill(&WHITE).map_err(drawn)?;
        let mut chart = ChartBuilder::on(&root)
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(84)
            .build_cartesian_2d(
                (first.0..last.0 * 1.3).log_scale(),
                (lowest * 0.7..highest * 1.5).log_scale(),
            )
            .map_err(drawn)?;
        chart
            .configure_mesh()
            .x_desc(growth.of)
            .y_desc(match growth.cost {
                Cost::Time => "nanoseconds",
                Cost::Memory => "bytes",
            })
            .light_line_style(TRANSPARENT)
            .x_label_formatter(&|size| format!("{size:.0}"))
            .y_label_formatter(&|time| format!("{time:.0}"))
            .draw()
            .map_err(drawn)?;
        chart
            .draw_series(DashedLineSeries::new(linear, 3, 5, BLACK.mix(0.4).into()))
            .map_err(drawn)?;
        chart
            .draw_series(LineSeries::new(points, BLUE.stroke_width(2)).point_size(3))
            .map_err(drawn)?;
        root.present().map_err(drawn)?;
    }
    Ok(text)
}

fn drawn(error: impl std::fmt::Display) -> Error {
    error.to_string().into()
}
