<?php
/**
 * Tillside: order context beside every customer conversation.
 *
 * @package Tillside
 *
 * @wordpress-plugin
 * Plugin Name:          Tillside for WooCommerce
 * Plugin URI:           https://tillside.example/woocommerce
 * Description:          Shows the customer, all of their orders and conversations beside each order.
 * Version:              0.1.0
 * Requires at least:    6.1
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 8.2
 * WC tested up to:      10.5
 * Author:               The Tillside authors
 * Author URI:           https://tillside.example
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          tillside
 * Domain Path:          /languages
 */

defined( 'ABSPATH' ) || exit;

define( 'TILLSIDE_VERSION', '0.1.0' );
define( 'TILLSIDE_FILE', __FILE__ );

require_once __DIR__ . '/includes/load.php';

add_action( 'before_woocommerce_init', 'tillside_declare_compatibility' );
add_action( 'plugins_loaded', 'tillside_start' );
